import type { CommanderError } from "commander";
import { UserError } from "../../core/errors/user-error.ts";

/** Wrong usage: what was typed cannot be a command. `command` is what to ask for help about, `train` or empty. */
export function usageError(message: string, command: string, expected?: string): UserError {
  return new UserError({
    code: "usage",
    message,
    ...(expected === undefined ? {} : { expected }),
    next: ["crossfold", command, "--help"].filter((part) => part !== "").join(" "),
    exitCode: 2,
  });
}

/** What commander refuses, in our form. */
export function fromCommander(error: CommanderError, command: string): UserError {
  const words = error.message
    .replace(/^error: /, "")
    .split("\n")
    .join(" ");
  return usageError(words.replace("(Did you mean", "(did you mean"), command);
}
