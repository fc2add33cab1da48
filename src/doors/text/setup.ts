import type { z } from "zod";
import { counted } from "../../core/text/counted.ts";
import type { Check } from "../../operations/readiness/readiness-check.ts";
import type { doctor } from "../../operations/commands/setup/doctor.ts";
import type { init } from "../../operations/commands/setup/init.ts";
import { pad } from "./table.ts";
import { actionLine, nextLines } from "./next.ts";
import type { Style } from "./style.ts";

export function renderInit(result: z.output<typeof init.output>, style: Style): string {
  const created = result.files.filter((file) => file.action === "created");
  const told = result.files.filter((file) => file.action === "kept" || file.action === "extended");
  const project =
    result.project === "kept" ? "project.yml was there and is kept" : "project.yml written";
  return [
    `${style.bold(result.competition)}: workspace in ${result.root}`,
    `  ${project}`,
    ...result.found.map((line) => `  ${line}`),
    `  ${counted(created.length, "file")} written, backlog ${result.backlog}${gitWord(result.git)}`,
    ...told.map((file) => `  ${style.yellow(file.action)} ${file.path}${note(file)}`),
    `  ${result.python === null ? "Python environment not created yet" : `Python ${result.python} ready`}`,
    "",
    ...nextLines(result.next, style).map((line) => `  ${line}`),
  ].join("\n");
}

function gitWord(git: string): string {
  const words: Record<string, string> = {
    made: ", git repository made",
    missing: ", no git on this machine",
  };
  return words[git] ?? "";
}

function note(file: { action: string; note: string | null }): string {
  if (file.note !== null) return `: ${file.note}`;
  return file.action === "kept" ? " (yours, differs from the template)" : "";
}

export function renderDoctor(result: z.output<typeof doctor.output>, style: Style): string {
  const sections = [
    ...result.fixed.map((line) => style.green(line)),
    style.bold("machine"),
    ...result.machine.map((check) => checkLine(check, style)),
  ];
  if (result.workspace.length > 0) {
    sections.push("", style.bold("workspace"));
    sections.push(...result.workspace.map((check) => checkLine(check, style)));
  }
  return sections.join("\n");
}

function checkLine(check: Check, style: Style): string {
  const absent = check.required ? style.red("missing") : style.yellow("missing");
  const mark = pad(check.found ? style.green("ok") : absent, 8);
  const summary = check.found
    ? [check.version, check.detail]
    : [check.detail, `for ${check.neededFor}`];
  const line = `  ${mark}${pad(check.name, 18)}${summary.filter((part) => part !== null).join("  ")}`;
  return check.how === null ? line : `${line}\n${" ".repeat(28)}${actionLine(check.how, style)}`;
}
