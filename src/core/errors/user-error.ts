import type { NextAction } from "./next-action.ts";

/** Exit codes a script can rely on: 1 it failed, 2 wrong usage, 3 found something. */
export type FailureCode = 1 | 2 | 3;

export interface SourceLocation {
  file: string;
  line?: number;
  column?: number;
}

export interface UserErrorDetails {
  /** Stable kebab-case name, for scripts and agents. */
  code: string;
  /** What is wrong, in one sentence. */
  message: string;
  /** Where it is wrong; lines and columns count from 1. */
  at?: SourceLocation;
  /** What was expected, with an example where one helps. */
  expected?: string;
  /** What to do next. */
  next?: NextAction;
  exitCode?: FailureCode;
}

/** The one error that is shown to a user. Anything else that is thrown is a bug and keeps its stack. */
export class UserError extends Error {
  readonly code: string;
  readonly at: SourceLocation | undefined;
  readonly expected: string | undefined;
  readonly next: NextAction | undefined;
  readonly exitCode: FailureCode;

  constructor(details: UserErrorDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.name = "UserError";
    this.code = details.code;
    this.at = details.at;
    this.expected = details.expected;
    this.next = details.next;
    this.exitCode = details.exitCode ?? 1;
  }
}

/** `file:line:column`, leaving out what is not known. */
export function formatLocation({ file, line, column }: SourceLocation): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
