import { z } from "zod";
import { parseRetryAfter } from "../http/backoff.ts";
import { type Failure, isPassingStatus, type Outcome, outcomeOf } from "../http/failure.ts";
import type { NoAnswer } from "../http/no-answer.ts";

/** What Google answered in place of a result, or `httpStatus` 0 where no answer came. */
export class GoogleError extends Error implements Failure {
  readonly httpStatus: number;
  /** Google's canonical name: RESOURCE_EXHAUSTED, PERMISSION_DENIED, ... */
  readonly status: string;
  /** The raw reason: ErrorInfo's (SERVICE_DISABLED) or that of the older shape (rateLimitExceeded); empty without one. */
  readonly reason: string;
  /** ErrorInfo's metadata: service, permission, consumer, quota_metric, ... */
  readonly metadata: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
  readonly passing: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(answer: GoogleFailure, options?: ErrorOptions) {
    super(answer.message, options);
    this.name = "GoogleError";
    this.httpStatus = answer.httpStatus;
    this.status = answer.status;
    this.reason = answer.reason ?? "";
    this.metadata = answer.metadata ?? {};
    this.outcome = answer.outcome ?? "unknown";
    this.passing = answer.httpStatus === 0 || isPassingStatus(answer.httpStatus);
    this.retryAfterMs = answer.retryAfterMs;
  }
}

export interface GoogleFailure {
  httpStatus: number;
  status: string;
  message: string;
  reason?: string;
  metadata?: Record<string, string>;
  retryAfterMs?: number | undefined;
  /** Left out: it is not known whether the call was carried out. */
  outcome?: Outcome;
}

/** The status that goes with an HTTP status: google/rpc/code.proto. */
const statusOf: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  412: "FAILED_PRECONDITION",
  416: "OUT_OF_RANGE",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const detailSchema = z.looseObject({
  "@type": z.string().optional(),
  reason: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/** Newer APIs send status and details, Storage and Logging's older ones a list of errors, each with a reason. */
const bodySchema = z.looseObject({
  error: z.looseObject({
    message: z.string().optional(),
    status: z.string().optional(),
    details: z.array(detailSchema.or(z.unknown())).optional(),
    errors: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
  }),
});

/** The error in an answer's body, whatever shape it has; text that is no JSON becomes the message. */
export function parseGoogleError(
  httpStatus: number,
  body: string,
  retryAfter: string | null = null,
): GoogleError {
  const retryAfterMs = parseRetryAfter(retryAfter);
  const parsed = bodySchema.safeParse(jsonOf(body));
  const fallback = statusOf[httpStatus] ?? "UNKNOWN";
  if (!parsed.success) {
    const text = body.replaceAll(/(?:<[^>]*>|\s)+/g, " ").trim();
    const message = text === "" ? `HTTP ${httpStatus}` : text.slice(0, 500);
    return new GoogleError({ httpStatus, status: fallback, message, retryAfterMs });
  }
  const { error } = parsed.data;
  const info = (error.details ?? [])
    .map((detail) => detailSchema.safeParse(detail).data)
    .find((detail) => detail?.reason !== undefined);
  return new GoogleError({
    httpStatus,
    status: error.status ?? fallback,
    message: error.message ?? `HTTP ${httpStatus}`,
    reason: info?.reason ?? error.errors?.[0]?.reason ?? "",
    metadata: info?.metadata ?? {},
    retryAfterMs,
    outcome: outcomeOf(httpStatus, true),
  });
}

/** The error of a call that got no answer, or half of one. */
export function unanswered(error: NoAnswer): GoogleError {
  const { message, outcome } = error;
  return new GoogleError(
    { httpStatus: 0, status: "UNAVAILABLE", message, outcome },
    { cause: error },
  );
}

/** Whether Google itself says that something is not there, and no proxy on the way. */
export function isNotFound(error: unknown): boolean {
  return error instanceof GoogleError && error.httpStatus === 404 && error.outcome === "refused";
}

function jsonOf(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined;
  }
}
