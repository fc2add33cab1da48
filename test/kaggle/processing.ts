/** How far Kaggle is with a version's files; each look counts as a poll. */
export interface Processing {
  /** Looks until it is ready. */
  pollsLeft: number;
  /** Why it never will be; a test sets it. */
  failure?: string;
}

const stages = ["BLOBS_COPIED_TO_SDS", "BLOBS_DECOMPRESSED", "BLOBS_RECEIVED", "NOT_YET_PERSISTED"];

export function isReady({ pollsLeft, failure }: Processing): boolean {
  return pollsLeft === 0 && failure === undefined;
}

/** Name of a DatabundleVersionStatus. */
export function lookAtProcessing(processing: Processing): string {
  if (processing.failure !== undefined) return "FAILED";
  if (processing.pollsLeft === 0) return "READY";
  processing.pollsLeft -= 1;
  return stages[Math.min(processing.pollsLeft, stages.length - 1)]!;
}
