/** What is read from longer text than this is not remembered, so that the index stays smaller than what it saves. */
const longest = 262_144;

/**
 * A value as JSON in ASCII, whose bytes are the same in latin1, which is read many times faster than UTF-8. Undefined where
 * JSON would give back another value, or is longer than an index holds.
 */
export function exactJson(value: unknown): string | undefined {
  if (!isExact(value)) return undefined;
  const text = JSON.stringify(value);
  return text.length <= longest ? asciiOf(text) : undefined;
}

/** JSON has neither infinite numbers nor a negative zero, which `1e999` and `-0.0` in a file give. */
function isExact(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) return true;
  return Array.isArray(value) ? value.every(isExact) : Object.values(value).every(isExact);
}

/** The same JSON, of ASCII alone. */
export function asciiOf(json: string): string {
  return json.replaceAll(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
