import { UserError } from "../../core/errors/user-error.ts";
import { type Failure, isPassingStatus, type Outcome } from "../http/failure.ts";
import { NoAnswer } from "../http/no-answer.ts";
import { settingsPage } from "./addresses.ts";

export interface KaggleFailure {
  /** Service and method, `competitions GetCompetition`. */
  call: string;
  /** HTTP status; null where no answer came. 200 where the answer itself says that it failed. */
  status: number | null;
  /** Kaggle's own code, where it gives one. */
  kaggleCode?: string | undefined;
  /** What the server said, word for word; what broke where it said nothing. */
  reason: string;
  outcome: Outcome;
  /** Left out: by the status. */
  passing?: boolean;
  retryAfterMs?: number | undefined;
  /** The parsed answer, where there is one. */
  answer?: unknown;
}

/** A call that Kaggle refused or did not answer, with its reason word for word. */
export class KaggleError extends UserError implements Failure {
  readonly call: string;
  readonly status: number | null;
  readonly kaggleCode: string | undefined;
  readonly reason: string;
  readonly answer: unknown;
  readonly outcome: Outcome;
  readonly passing: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(failure: KaggleFailure, options?: ErrorOptions) {
    const { call, status, kaggleCode, reason, answer, outcome } = failure;
    const next = nextStep(failure);
    super(
      { code: codeOf(failure), message: summary(failure), ...(next === undefined ? {} : { next }) },
      options,
    );
    this.name = "KaggleError";
    this.status = status;
    this.kaggleCode = kaggleCode;
    this.reason = reason;
    this.answer = answer;
    this.call = call;
    this.outcome = outcome;
    this.passing = failure.passing ?? (status === null || isPassingStatus(status));
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** What a call's work gives; where no answer came, or half of one, that as a KaggleError. */
export async function answered<T>(call: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const { message: reason, outcome } = error;
    throw new KaggleError({ call, status: null, reason, outcome }, { cause: error });
  }
}

/** Whether Kaggle says that something is not there; it answers 403 both for that and for what may not be seen. */
export function isNotThere(error: unknown): boolean {
  if (!(error instanceof KaggleError) || error.outcome !== "refused") return false;
  return error.status === 404 || error.status === 403;
}

function summary({ call, status, reason, outcome }: KaggleFailure): string {
  if (status === null) return `Kaggle could not be reached (${call}): ${reason}`;
  if (status >= 500) return `Kaggle failed (${call}, HTTP ${status}): ${reason}`;
  if (outcome === "unknown") return `no clear answer came from Kaggle (${call}): ${reason}`;
  return `Kaggle refused ${call}${status === 200 ? "" : ` (HTTP ${status})`}: ${reason}`;
}

function codeOf({ status, outcome }: KaggleFailure): string {
  if (status === null) return "kaggle-unreachable";
  if (status === 401) return "kaggle-login";
  if (status === 404) return "kaggle-not-found";
  if (status === 429) return "kaggle-too-many";
  if (status >= 500) return "kaggle-down";
  return outcome === "unknown" ? "kaggle-answer" : "kaggle-refused";
}

function nextStep({ status, outcome }: KaggleFailure): string | undefined {
  if (status === null) return "look at the network, then run the same command again";
  if (status === 401) return `make a new token at ${settingsPage} and put it where the old one is`;
  if (status === 429) return "wait some minutes, then run the same command again";
  return status >= 500 || outcome === "unknown"
    ? "run the same command again in some minutes"
    : undefined;
}
