/** A waiting state's name that no client knows yet. */
const newStates: Record<string, string> = {
  PENDING: "AWAITING_RESCORE",
  QUEUED: "PREPARING_ENVIRONMENT",
  NOT_YET_PERSISTED: "SCANNING",
  BLOBS_COPIED_TO_SDS: "INDEXING",
};

/** An answer of a later version of the service: a field more in every message. */
export function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  const known = Object.entries(value).map(([name, field]) => [name, withUnknownFields(field)]);
  return { addedLater: { since: "2027" }, ...Object.fromEntries(known) };
}

/** An answer with waiting states that have names of a later version. */
export function withUnknownStates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownStates);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  const fields = Object.entries(value).map(([name, field]) => [
    name,
    name === "status" && typeof field === "string"
      ? (newStates[field] ?? field)
      : withUnknownStates(field),
  ]);
  return Object.fromEntries(fields);
}
