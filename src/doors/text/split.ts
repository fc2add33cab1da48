import type { z } from "zod";
import { foldWords } from "../../core/competition/validation-setting.ts";
import type { split } from "../../operations/commands/implement/split.ts";
import { nextLines } from "./next.ts";
import type { Style } from "./style.ts";

type Output = z.output<typeof split.output>;

/** The answer, what speaks for it, what else it could be, and what to do with it. */
export function renderSplit(output: Output, style: Style): string {
  return [
    [headline(output, style), `  ${output.summary}`, ...filesLine(output, style)],
    section(
      "evidence",
      output.evidence.map((one) => `${mark(one.weight, style)} ${one.summary}`),
      style,
    ),
    section("doubts", output.doubts, style),
    section(
      output.alternatives.some(({ close }) => close) ? "close alternatives" : "alternatives",
      output.alternatives.flatMap(({ line, summary }) => [style.cyan(line), `  ${summary}`]),
      style,
    ),
    section("not checked", output.unseen, style),
    section("questions", output.ask, style),
    section("what would change the answer", output.changes, style),
    section("project.yml", [`${style.cyan(output.line)}${written(output, style)}`], style),
    section("in Python", output.code.split("\n"), style),
    closing(output, style),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function headline({ validation, confidence }: Output, style: Style): string {
  const colour = { high: style.green, medium: style.yellow, low: style.red }[confidence];
  return `${style.bold(validation.strategy)}, ${foldWords(validation)}: ${colour(`${confidence} confidence`)}`;
}

function filesLine({ files, rows, targets }: Output, style: Style): string[] {
  const test =
    files.test === null
      ? "no test file"
      : `${files.test} ${(rows.test ?? 0).toLocaleString("en-US")} rows`;
  const target = `target ${targets.slice(0, 6).join(", ")}${targets.length > 6 ? " …" : ""}`;
  return [
    style.dim(`  ${files.train} ${rows.train.toLocaleString("en-US")} rows, ${test}, ${target}`),
  ];
}

function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0
    ? []
    : [style.bold(title), ...lines.map((line) => `  ${line}`.trimEnd())];
}

function mark(weight: Output["evidence"][number]["weight"], style: Style): string {
  return { for: style.green("+"), against: style.red("-"), note: style.dim("·") }[weight];
}

function written({ written: done, validation, before }: Output, style: Style): string {
  if (done) return `   ${style.green("written")}`;
  return validation.strategy === before.strategy ? "" : style.dim(`   (now ${before.strategy})`);
}

function closing({ recorded, written: done }: Output, style: Style): string[] {
  return [
    ...(recorded === null ? [] : [recorded.summary]),
    ...(done
      ? []
      : nextLines(
          [{ operation: "split", input: { write: true }, why: "writes it into project.yml" }],
          style,
        )),
  ];
}
