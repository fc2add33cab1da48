import type { Operation } from "../../operations/operation.ts";
import { buildCommand } from "./command.ts";
import { fieldsOf } from "./fields.ts";
import { pad } from "../text/table.ts";
import type { Style } from "../text/style.ts";

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
    ({ command: line, summary }) =>
      `  crossfold ${longest > 50 ? `${line}\n      ${style.dim(summary)}` : `${pad(line, longest)}   ${style.dim(summary)}`}`,
  );
  return `${command.helpInformation().trimEnd()}\n\nExamples:\n${examples.join("\n")}`;
}
