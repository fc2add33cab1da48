import { formatLocation, UserError } from "../../core/errors/user-error.ts";
import { Cancelled } from "./ask.ts";
import { streamStyle } from "./context.ts";
import type { Style } from "../text/style.ts";

/** What a script can tell a bug by, beside 1 failed, 2 usage, 3 found (sysexits' EX_SOFTWARE). */
const bugExitCode = 70;
const interruptedExitCode = 130;

/** Says on stderr what went wrong and returns the exit code; with `json` stdout gets it as a document too. */
export function reportError(error: unknown, json: boolean): number {
  if (error instanceof Cancelled) return interruptedExitCode;
  if (!(error instanceof UserError)) return reportBug(error, json);
  process.stderr.write(`${errorText(error, streamStyle(process.stderr))}\n`);
  if (json) printDocument(errorDocument(error));
  return error.exitCode;
}

function errorText(error: UserError, style: Style): string {
  const at = error.at === undefined ? "" : `${formatLocation(error.at)}: `;
  const lines = [`${style.red("crossfold:")} ${at}${error.message}`];
  if (error.expected !== undefined)
    lines.push(`  ${style.bold("expected:")} ${indent(error.expected)}`);
  if (error.next !== undefined) lines.push(`  ${style.bold("next:")} ${style.cyan(error.next)}`);
  return lines.join("\n");
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n    ");
}

function errorDocument({ code, message, at, expected, next, exitCode }: UserError) {
  return {
    code,
    message,
    at: at ?? null,
    expected: expected ?? null,
    next: next ?? null,
    exitCode,
  };
}

function reportBug(error: unknown, json: boolean): number {
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`crossfold: this is a bug in crossfold; please report it\n${stack}\n`);
  const message = error instanceof Error ? error.message : String(error);
  const nothing = { at: null, expected: null, next: null };
  if (json) printDocument({ code: "bug", message, ...nothing, exitCode: bugExitCode });
  return bugExitCode;
}

function printDocument(error: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
}
