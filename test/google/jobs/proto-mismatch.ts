import { type GoogleProblem, invalid } from "../google-problem.ts";

/** Google's answer to a value of the wrong type; `type` is a scalar's name or a type's address. */
export function mismatch(at: string, type: string, value: unknown): GoogleProblem {
  const message = `Invalid value at '${at}' (${type}), ${JSON.stringify(value)}`;
  return invalid(message, [
    {
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [{ field: at, description: message }],
    },
  ]);
}
