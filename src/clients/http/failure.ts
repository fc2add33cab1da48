/**
 * What became of a call whose answer did not arrive. `not-sent`: no byte of it left this machine. `refused`: the
 * service itself says no, so nothing was done. `unknown`: it may have been carried out; only looking for its result can tell.
 */
export type Outcome = "not-sent" | "refused" | "unknown";

/** What every client's error says of a failed call, decided once from what came back and never from its words. */
export interface Failure {
  readonly outcome: Outcome;
  /** The same call may do better in a moment. */
  readonly passing: boolean;
  /** How long the server asks to wait before another try. */
  readonly retryAfterMs: number | undefined;
}

/** Whether an error is one of a failed call. */
function isFailure(error: unknown): error is Error & Failure {
  return error instanceof Error && "outcome" in error && "passing" in error;
}

export function isPassing(error: unknown): boolean {
  return isFailure(error) && error.passing;
}

/** Whether what was asked for may have been done although no proper answer came. */
export function mayBeDone(error: unknown): boolean {
  return isFailure(error) && error.outcome === "unknown";
}

/** What an answer says: `isServiceError` where its body is an error in the service's own form, and no page of a proxy's. */
export function outcomeOf(status: number, isServiceError: boolean): Outcome {
  return isServiceError && status < 500 && status !== 408 ? "refused" : "unknown";
}

/** Statuses of a server that is in trouble or overloaded now. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
