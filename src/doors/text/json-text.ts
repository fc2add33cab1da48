import { unseen } from "../../core/text/unseen.ts";

/** A value as JSON that a terminal can show: what it would obey is escaped, and reads back as it was. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(unseen, (found) =>
    found.split("").map(escaped).join(""),
  );
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
