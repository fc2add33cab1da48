import { Command, CommanderError } from "commander";
import type { UserError } from "../../core/errors/user-error.ts";
import { operations } from "../../operations/table.ts";
import { groups } from "./groups.ts";
import { fromCommander, usageError } from "./usage-error.ts";

/** The words that may follow a command's name to make another: `docs` has view and add. */
export function subcommands(name: string): string[] {
  return Object.keys(operations)
    .filter((other) => other.startsWith(`${name} `))
    .map((other) => other.slice(name.length + 1));
}

/** Words that begin with no command: a group without one of its own, or something unknown. */
export function unknownWords([first = "", second]: readonly string[]): UserError {
  if (!groups().includes(first)) return unknownCommand("", first);
  if (second !== undefined && !second.startsWith("-")) return unknownCommand(first, second);
  const choices = subcommands(first).map((word) => `crossfold ${first} ${word}`);
  return usageError(`${first} needs a subcommand`, "", choices.join("   or: "));
}

/** A word that is no command, with the nearest one that is. `parent` is empty for the first word. */
export function unknownCommand(parent: string, word: string): UserError {
  if (word.startsWith("-")) return usageError(`unknown option '${word}'`, parent);
  const below = parent === "" ? subcommands(word) : [];
  if (below.length > 0) return usageError(`'${word}' needs a subcommand: ${below.join(", ")}`, "");
  const roots = Object.keys(operations).filter((name) => !name.includes(" "));
  const names = parent === "" ? [...roots, ...groups(), "completion", "mcp"] : subcommands(parent);
  const program = new Command(parent || "crossfold")
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
  for (const name of names) program.command(name).action(() => {});
  try {
    program.parse([word], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return fromCommander(error, parent);
    throw error;
  }
  return usageError(`unknown command '${word}'`, parent);
}
