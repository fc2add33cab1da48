import { split } from "shlex";
import { UserError } from "../../core/errors/user-error.ts";

export interface GivenArguments {
  /** One string of words, as a shell would split it; nothing is run or expanded. */
  extraArgs?: string | undefined;
  args: readonly string[];
  debug?: boolean;
}

export interface ScriptArguments {
  args: string[];
  debug: boolean;
}

/** The script's arguments: those of `--extra-args`, then those after `--`, then `--debug` where it was asked for only by flag. */
export function scriptArguments(given: GivenArguments): ScriptArguments {
  const args = [...splitWords(given.extraArgs), ...given.args];
  const asked = asksForDebug(args);
  if (asked || !given.debug) return { args, debug: asked };
  return { args: [...args, "--debug"], debug: true };
}

/** Of `--debug` and `--no-debug` the last one counts, as it does for tyro. */
function asksForDebug(args: readonly string[]): boolean {
  return args.findLast((arg) => arg === "--debug" || arg === "--no-debug") === "--debug";
}

function splitWords(text: string | undefined): string[] {
  try {
    return split(text ?? "");
  } catch (error) {
    throw new UserError(
      {
        code: "extra-args",
        message: `--extra-args cannot be split into words: ${text}`,
        expected: `quotes that are closed: --extra-args "--name 'two words'"`,
        exitCode: 2,
      },
      { cause: error },
    );
  }
}
