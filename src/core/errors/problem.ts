import type { SourceLocation } from "./user-error.ts";

/** Something that could not be read. It is shown beside what could be, which it does not hide. */
export interface Problem {
  message: string;
  at: SourceLocation;
}
