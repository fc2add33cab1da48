/** A file on one side. Times are compared in whole seconds, as Cloud Storage's tools keep them. */
export interface Side {
  size: number;
  mtimeMs: number;
}

/** A path that is on this machine, in the bucket, or on both. `same`: whether the contents are; undefined without both. */
export interface Pair<L extends Side = Side, R extends Side = Side> {
  path: string;
  local: L | undefined;
  remote: R | undefined;
  same: boolean | undefined;
}

export type Direction = "push" | "pull";

export interface TransferPlan<P extends Pair> {
  /** What is not on the other side, or older there. */
  move: P[];
  /** What is the same on both sides. */
  keep: P[];
  /** What differs and is newer, or as old, on the other side: left alone unless told otherwise. */
  conflicts: P[];
}

/** What to move so that the other side has what this one has. Nothing is ever deleted. */
export function planTransfer<P extends Pair>(
  direction: Direction,
  pairs: readonly P[],
  options: { overwrite: boolean },
): TransferPlan<P> {
  const plan: TransferPlan<P> = { move: [], keep: [], conflicts: [] };
  for (const pair of pairs) {
    const [from, to] = direction === "push" ? [pair.local, pair.remote] : [pair.remote, pair.local];
    if (from === undefined) continue;
    if (to === undefined) plan.move.push(pair);
    else if (pair.same === true) plan.keep.push(pair);
    else if (options.overwrite || seconds(from) > seconds(to)) plan.move.push(pair);
    else plan.conflicts.push(pair);
  }
  return plan;
}

/** Whether only the contents can tell if a pair differs. */
export function needsHash({ local, remote }: Pick<Pair, "local" | "remote">): boolean {
  return local !== undefined && remote !== undefined && local.size === remote.size;
}

function seconds({ mtimeMs }: Side): number {
  return Math.floor(mtimeMs / 1000);
}

/** Where gcloud storage and gsutil keep a file's time in an object's metadata, in seconds since 1970. */
const mtimeKey = "goog-reserved-file-mtime";

export function mtimeMetadata(mtimeMs: number): Record<string, string> {
  return { [mtimeKey]: String(Math.floor(mtimeMs / 1000)) };
}

/** The time an object's file had, in milliseconds; the object's own where it was not recorded. */
export function mtimeOfObject(object: {
  metadata: Readonly<Record<string, string>>;
  updated: string;
}): number {
  const kept = object.metadata[mtimeKey];
  if (kept !== undefined && /^\d+$/.test(kept)) return Number(kept) * 1000;
  const updated = Date.parse(object.updated);
  return Number.isNaN(updated) ? 0 : updated;
}

/** Whether an object's name below a prefix is a path that can be written below a folder, and nowhere else. */
export function isSafePath(path: string): boolean {
  if (path === "" || path.includes("\\") || path.includes("\0")) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Ends the name of a file that is still being fetched. */
export const partSuffix = ".crossfold-part";

/** Left behind by programs, or under way: never moved. */
export function isLitter(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name === ".DS_Store" || name.endsWith(partSuffix);
}

/** Whether an artifact comes along: debug runs' and checkpoints only where they are asked for. */
export function isWantedArtifact(
  path: string,
  wanted: { debug: boolean; checkpoints: boolean },
): boolean {
  const parts = path.split("/");
  if (parts[0] === "debug" && !wanted.debug) return false;
  return wanted.checkpoints || !parts.some((part) => part.startsWith("checkpoint-"));
}

/** Whether a file of a run's output is downloaded: of a debug run what lies in debug/, of others all but that; no checkpoints. */
export function isDownloaded(path: string, debug: boolean): boolean {
  if (!isSafePath(path) || path.startsWith("debug/") !== debug) return false;
  return isWantedArtifact(path, { debug, checkpoints: false });
}
