import { type SourceLocation, UserError } from "./user-error.ts";

/** Something that could not be read. It is shown beside what could be, which it does not hide. */
export interface Problem {
  message: string;
  at: SourceLocation;
}

/** What a UserError says, as a problem of this file where it names none; any other error is thrown on. */
export function problemOf(error: unknown, file: string): Problem {
  if (!(error instanceof UserError)) throw error;
  const at = error.at ?? { file };
  // The location names it already.
  const named = `${at.file} `;
  const { message } = error;
  return { message: message.startsWith(named) ? message.slice(named.length) : message, at };
}
