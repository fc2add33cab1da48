import { UserError } from "../../core/errors/user-error.ts";

/** Where a person makes a token or a key. */
export const settingsPage = "https://www.kaggle.com/settings";

export interface KaggleFailure {
  /** Service and method, `competitions GetCompetition`. */
  call: string;
  /** HTTP status; null where no answer came. 200 where the answer itself says that it failed. */
  status: number | null;
  /** Kaggle's own code, where it gives one. */
  kaggleCode?: string | undefined;
  /** What the server said, word for word; what broke where it said nothing. */
  reason: string;
  /** Nothing was sent, so that nothing can have happened. */
  unsent?: boolean;
  /** The parsed answer, where there is one. */
  answer?: unknown;
}

/** A call that Kaggle refused or did not answer, with its reason word for word. */
export class KaggleError extends UserError {
  readonly call: string;
  readonly status: number | null;
  readonly kaggleCode: string | undefined;
  readonly reason: string;
  readonly answer: unknown;
  /** True where the call may have been carried out all the same: no answer came, or a 5xx. */
  readonly unsure: boolean;

  constructor(failure: KaggleFailure, options?: ErrorOptions) {
    const { call, status, kaggleCode, reason, unsent = false, answer } = failure;
    const next = nextStep(status);
    super(
      { code: codeOf(status), message: summary(failure), ...(next === undefined ? {} : { next }) },
      options,
    );
    this.name = "KaggleError";
    this.status = status;
    this.kaggleCode = kaggleCode;
    this.reason = reason;
    this.answer = answer;
    this.unsure = !unsent && (status === null || status >= 500);
    this.call = call;
  }
}

function summary({ call, status, reason }: KaggleFailure): string {
  if (status === null) return `Kaggle could not be reached (${call}): ${reason}`;
  if (status >= 500) return `Kaggle failed (${call}, HTTP ${status}): ${reason}`;
  return `Kaggle refused ${call}${status === 200 ? "" : ` (HTTP ${status})`}: ${reason}`;
}

function codeOf(status: number | null): string {
  if (status === null) return "kaggle-unreachable";
  if (status === 401) return "kaggle-login";
  if (status === 404) return "kaggle-not-found";
  if (status === 429) return "kaggle-too-many";
  return status >= 500 ? "kaggle-down" : "kaggle-refused";
}

function nextStep(status: number | null): string | undefined {
  if (status === null) return "look at the network, then run the same command again";
  if (status === 401) return `make a new token at ${settingsPage} and put it where the old one is`;
  if (status === 429) return "wait some minutes, then run the same command again";
  return status >= 500 ? "run the same command again in some minutes" : undefined;
}
