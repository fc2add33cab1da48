import { problemOf } from "../../core/errors/problem.ts";
import { formatLocation, UserError } from "../../core/errors/user-error.ts";
import { bugExitCode, bugReport, errorDocument } from "../shared/error-document.ts";
import { stderr, stdout } from "../shared/terminal.ts";
import type { Style } from "../text/style.ts";
import { plainText, plainValue } from "../text/terminal-text.ts";
import { Cancelled } from "./ask.ts";
import { terminalStyle } from "./context.ts";

const interruptedExitCode = 130;

/** Says on stderr what went wrong and returns the exit code; with `json` stdout gets it as a document too. */
export async function reportError(error: unknown, json: boolean): Promise<number> {
  if (error instanceof Cancelled) return interruptedExitCode;
  stderr.write(
    error instanceof UserError
      ? `${await errorText(error, terminalStyle(stderr))}\n`
      : `crossfold: ${plainText(bugReport(error))}`,
  );
  if (json) stdout.writeJson({ error: errorDocument(error) });
  return error instanceof UserError ? error.exitCode : bugExitCode;
}

async function errorText(error: UserError, style: Style): Promise<string> {
  const { at, message } = problemOf(error, "");
  const location = error.at === undefined ? "" : `${formatLocation(at)}: `;
  const lines = [`${style.red("crossfold:")} ${plainText(location + message)}`];
  if (error.expected !== undefined)
    lines.push(`  ${style.bold("expected:")} ${indent(plainText(error.expected))}`);
  if (error.next !== undefined)
    lines.push(`  ${style.bold("next:")} ${await nextText(plainValue(error.next), style)}`);
  return lines.join("\n");
}

/** Only an operation to call needs the command line's words for it. */
async function nextText(next: NonNullable<UserError["next"]>, style: Style): Promise<string> {
  if (typeof next === "string") return style.cyan(next);
  const { callLine } = await import("./command-line.ts");
  return `${style.cyan(await callLine(next))}   (${next.why})`;
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n    ");
}
