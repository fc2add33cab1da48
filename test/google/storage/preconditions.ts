import { GoogleProblem, invalid } from "../google-problem.ts";
import type { StoredObject } from "./bucket-store.ts";

const names = ["Generation", "Metageneration"] as const;

/**
 * Holds an object against ifGenerationMatch and its three relatives; `prefix` is `source` for the source of a copy.
 * Throws 412, or 304 where a reader says what it already has.
 */
export function requirePreconditions(
  query: URLSearchParams,
  now: StoredObject | undefined,
  how: { prefix?: "" | "Source"; reading?: boolean } = {},
): void {
  const generation = {
    Generation: now?.generation ?? "0",
    Metageneration: String(now?.metageneration ?? 0),
  };
  for (const name of names) {
    const wanted = read(query, `if${how.prefix ?? ""}${name}Match`);
    if (wanted !== undefined && wanted !== generation[name]) throw unmet();
    const unwanted = read(query, `if${how.prefix ?? ""}${name}NotMatch`);
    if (unwanted !== undefined && unwanted === generation[name]) {
      throw how.reading === true ? new GoogleProblem(304, "Not Modified") : unmet();
    }
  }
}

function read(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text))
    throw invalid(`Invalid value for: Value '${text}' is not a valid long (${name})`);
  return text;
}

export function unmet(): GoogleProblem {
  const message = "At least one of the pre-conditions you specified did not hold.";
  return new GoogleProblem(412, message, { reason: "conditionNotMet" });
}
