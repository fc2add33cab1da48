/** What `clean` may remove, in the order it is shown. */
export const leftoverKinds = [
  "superseded",
  "failed",
  "stopped",
  "refused",
  "debug",
  "workspaces",
  "unfinished",
  "replaced",
  "cache",
] as const;
export type LeftoverKind = (typeof leftoverKinds)[number];

/** What each kind is, in words. */
export const leftoverSummaries: Record<LeftoverKind, string> = {
  superseded: "models of runs whose score is no longer their experiment's",
  failed: "artifacts of runs that failed",
  stopped: "artifacts of runs that were stopped",
  refused: "artifacts of runs whose score was refused",
  debug: "artifacts of debug runs",
  workspaces: "what ended and lost runs wrote beside their artifacts",
  unfinished: "records of runs that were never started",
  replaced: "files that were moved out of the way of others",
  cache: "uploads that can no longer go on, tables and files of commands that were killed",
};

/** Something that nothing needs any more. */
export interface Leftover {
  kind: LeftoverKind;
  /** Relative to the workspace. */
  path: string;
  bytes: number;
  /** Removes it, if nothing has come to need it meanwhile. */
  remove(): Promise<void>;
}

/** What to look for. */
export interface LeftoverRequest {
  /** What is younger stays. */
  before: Date;
  now: Date;
  /** Only what belongs to these; undefined: everything. */
  experiments: readonly string[] | undefined;
}
