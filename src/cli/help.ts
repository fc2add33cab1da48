import type { Operation } from "../operations/operation.ts";
import { operations, phases } from "../operations/table.ts";
import { buildCommand } from "./command.ts";
import { fieldsOf } from "./fields.ts";
import { pad } from "./render/table.ts";
import type { Style } from "./render/style.ts";

/** What `crossfold` alone prints: the commands by phase. Loads no operation. */
export function rootHelp(style: Style, version: string): string {
  const entries = Object.entries(operations);
  const groups = phases.map((phase) => {
    const lines = entries
      .filter(([, entry]) => entry.phase === phase)
      .map(([name, entry]) => `  ${pad(name, 14)}${entry.summary}`);
    return [style.bold(phase), ...lines].join("\n");
  });
  return [
    `${style.bold("crossfold")} ${version}: the lab around machine-learning competition experiments.`,
    "Every command takes --help, --json and -C <folder>; xf is short for crossfold.",
    "",
    ...groups,
    `${style.bold("shell")}\n  ${pad("completion", 14)}Print the completion script for bash, zsh or fish`,
    "",
    style.bold("start here"),
    "  crossfold demo                              the whole loop on real data",
    "  crossfold init --metric accuracy            a workspace beside your data",
    "  crossfold new && crossfold train exp001     a first honest score",
  ].join("\n");
}

/** One command's help: what it does, arguments, flags with their defaults, examples. */
export function commandHelp(operation: Operation, name: string, style: Style): string {
  const command = buildCommand(operation, name);
  const width = Number.isFinite(style.width) ? Math.min(style.width, 110) : 100;
  command.configureOutput({ getOutHelpWidth: () => width, getOutHasColors: () => style.color });
  const usage = command.usage();
  const passthrough = fieldsOf(operation).find((field) => field.place === "passthrough");
  if (passthrough !== undefined) command.usage(`${usage} [-- ${passthrough.name}...]`);
  const longest = Math.max(...operation.examples.map((example) => example.command.length));
  const examples = operation.examples.map(
    ({ command: line, says }) =>
      `  crossfold ${longest > 50 ? `${line}\n      ${style.dim(says)}` : `${pad(line, longest)}   ${style.dim(says)}`}`,
  );
  return `${command.helpInformation().trimEnd()}\n\nExamples:\n${examples.join("\n")}`;
}
