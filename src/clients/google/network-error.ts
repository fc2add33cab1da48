import { GoogleError } from "./google-error.ts";

/**
 * What fetch throws when no answer came or one broke off (its TypeErrors, time-outs, JSON that ends too early), as a
 * GoogleError with httpStatus 0; undefined for anything else.
 */
export function networkError(error: unknown): GoogleError | undefined {
  if (!(error instanceof Error) || !isNetwork(error)) return undefined;
  const cause = error.cause as { message?: string; code?: string } | undefined;
  const message = cause?.message || cause?.code || error.message;
  return new GoogleError({ httpStatus: 0, status: "UNAVAILABLE", message }, { cause: error });
}

function isNetwork(error: Error): boolean {
  return (
    error instanceof SyntaxError ||
    error.name === "TimeoutError" ||
    (error instanceof TypeError && /^(fetch failed|terminated)/.test(error.message))
  );
}
