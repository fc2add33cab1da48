import type { ExperimentSource } from "./analysis/experiment-source.ts";
import type { Span } from "./analysis/python-tree.ts";
import type { SourceFile } from "./analysis/source-file.ts";

/** An error stops `train`; a note is a `maybe` and lets every exit code be. */
export type Severity = "error" | "warning" | "note";

/** Replaces characters of one line (columns from 1, the end left out), or adds lines at the end of the file. */
export type Edit = { line: number; from: number; to: number; text: string } | { append: string };

/** What a rule has found, before it is placed. */
export interface Found {
  file: SourceFile;
  /** Where; the file's first line where it is left out. */
  at?: Span | undefined;
  message: string;
  /** Said of something the rule cannot be sure of: it becomes a note. */
  maybe?: boolean;
  /** Where it is milder than the rule. */
  severity?: Severity;
  /** A mend that changes nothing but what the rule is about. */
  fix?: Edit[] | undefined;
}

export interface Rule {
  /** What is asked for, in one line. */
  summary: string;
  why: string;
  mend: string;
  severity: Severity;
  /** Python that breaks it, and Python that does not. */
  bad: string;
  good: string;
  find(source: ExperimentSource): Found[];
}

/** A finding as every door shows it; the tools' findings come in the same shape. */
export interface Finding {
  tool: "crossfold" | "ruff" | "ty";
  code: string;
  severity: Severity;
  message: string;
  experiment: string | null;
  /** Relative to the workspace. */
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** Text of the line; null where it is not known. */
  source: string | null;
  fixable: boolean;
}
