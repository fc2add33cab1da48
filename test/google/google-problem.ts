/** What Google answers where a call fails; `reason` is the word of the older APIs (storage), `status` of the newer. */
export class GoogleProblem extends Error {
  readonly code: number;
  readonly status: string;
  readonly reason: string;
  readonly details: object[];

  constructor(code: number, message: string, more: ProblemDetail = {}) {
    super(message);
    this.code = code;
    this.status = more.status ?? statusOf[code] ?? "UNKNOWN";
    this.reason = more.reason ?? reasonOf[code] ?? "backendError";
    this.details = more.details ?? [];
  }
}

export interface ProblemDetail {
  status?: string | undefined;
  reason?: string | undefined;
  details?: object[];
}

// google.rpc.Code by HTTP status.
const statusOf: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ALREADY_EXISTS",
  412: "FAILED_PRECONDITION",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const reasonOf: Record<number, string> = {
  400: "invalid",
  401: "authError",
  403: "forbidden",
  404: "notFound",
  409: "conflict",
  412: "conditionNotMet",
  416: "requestedRangeNotSatisfiable",
  429: "rateLimitExceeded",
};

/** Body of an error in the shape of Cloud Storage and of the other APIs. */
export function problemBody(problem: GoogleProblem, older: boolean): object {
  const { code, message, status, reason, details } = problem;
  const errors = [{ message, domain: "global", reason }];
  if (older) return { error: { code, message, errors } };
  return { error: { code, message, status, ...(details.length > 0 ? { details } : {}) } };
}

export function invalid(message: string, details: object[] = []): GoogleProblem {
  return new GoogleProblem(400, message, { details });
}
