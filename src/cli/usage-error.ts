import { UserError } from "../core/user-error.ts";

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
