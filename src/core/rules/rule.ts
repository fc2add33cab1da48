import type { ExperimentSource } from "./analysis/experiment-source.ts";
import type { Span } from "./analysis/python-tree.ts";
import type { SourceFile } from "./analysis/source-file.ts";

/** An error stops `train`; a note is a `maybe` and changes no exit code. */
export type Severity = "error" | "warning" | "note";

/** Replaces characters of one line (columns from 1, the end left out), or adds lines at the end of the file. */
export type Edit = { line: number; from: number; to: number; text: string } | { append: string };

/** What a rule has found, before it gets its source location. */
export interface Found {
  file: SourceFile;
  /** Where; the file's first line where it is left out. */
  at?: Span | undefined;
  message: string;
  /** The rule cannot be sure: the finding becomes a note. */
  maybe?: boolean;
  /** Where it is milder than the rule. */
  severity?: Severity;
  /** An edit that changes nothing but what the rule is about. */
  fix?: Edit[] | undefined;
}

/** What a rule stands for, in words. */
export interface RuleText {
  /** A code that has been given out never means another thing. */
  code: `XF${number}`;
  /** Readable, the name of the rule's file; works wherever the code does. */
  name: string;
  severity: Severity;
  /** What is asked for, in one line. */
  summary: string;
  why: string;
  /** How to fix it. */
  fix: string;
  /** Python that breaks it, and Python that does not. */
  bad: string;
  good: string;
}

export interface Rule extends RuleText {
  check(source: ExperimentSource): Found[];
}

/** A finding as every door shows it; the tools' findings come in the same shape. */
export interface Finding {
  tool: "crossfold" | "ruff" | "ty";
  code: string;
  /** The rule's readable name; null for the tools. */
  name: string | null;
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
