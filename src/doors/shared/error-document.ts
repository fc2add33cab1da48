import type { NextAction } from "../../core/errors/next-action.ts";
import { type SourceLocation, UserError } from "../../core/errors/user-error.ts";

/** What a script can tell a bug by, beside 1 failed, 2 usage, 3 found (sysexits' EX_SOFTWARE). */
export const bugExitCode = 70;

/** A failure as data: the same behind every door. What is not known is null. */
export interface ErrorDocument {
  code: string;
  message: string;
  at: SourceLocation | null;
  expected: string | null;
  next: NextAction | null;
  exitCode: number;
}

/** The document of a UserError, or of anything else that was thrown, which is a bug. */
export function errorDocument(error: unknown): ErrorDocument {
  if (!(error instanceof UserError)) {
    const message = error instanceof Error ? error.message : String(error);
    const nothing = { at: null, expected: null, next: null };
    return { code: "bug", message, ...nothing, exitCode: bugExitCode };
  }
  const { code, message, at = null, expected = null, next = null, exitCode } = error;
  return { code, message, at, expected, next, exitCode };
}

/** Where a bug happened, for whoever is to fix it. */
export function bugReport(error: unknown): string {
  const stack = error instanceof Error ? error.stack : String(error);
  return `this is a bug in crossfold; please report it\n${stack}\n`;
}
