import type { Project } from "../competition/project.ts";

export type Validation = Project["validation"];
export type Strategy = Validation["strategy"];

/** Something seen in the data, and which way it points. */
interface Evidence {
  about: "time" | "group" | "target" | "folds" | "duplicates" | "drift";
  column: string | null;
  /** `for` the answer, `against` another one, or worth knowing. */
  weight: "for" | "against" | "note";
  summary: string;
}

/** Another way to read the same facts; `close` where it is nearly as good. */
export interface Alternative {
  validation: Validation;
  close: boolean;
  summary: string;
}

/** What one side of the question (target, time, group) makes of the facts. */
export interface Assessment {
  evidence: Evidence[];
  /** Each lowers the confidence. */
  doubts: string[];
  changes: string[];
  ask: string[];
}

export function emptyAssessment(): Assessment {
  return { evidence: [], doubts: [], changes: [], ask: [] };
}

export interface Decision extends Assessment {
  validation: Validation;
  confidence: "high" | "medium" | "low";
  summary: string;
  alternatives: Alternative[];
  /** What no file could show. */
  unseen: string[];
}

/** 0.123 as `12%`; what is below one percent as `0.3%`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 99 && value < 100) return `${Math.floor(value * 10) / 10}%`;
  return `${value >= 1 || value === 0 ? Math.round(value) : Math.max(0.1, Math.round(value * 10) / 10)}%`;
}
