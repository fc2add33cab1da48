/** Something that could not be read. It is shown beside what could be, which it does not hide. */
export interface Problem {
  file: string;
  /** Counts from 1. */
  line?: number;
  message: string;
}
