import { stripVTControlCharacters } from "node:util";
import { anyUnseen } from "../../core/text/unseen.ts";

/** A text as a person would see it. */
export function visible(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r\n", "\n").replaceAll(anyUnseen, "");
}

/** The same for every text in a message, the names of its fields among them. */
export function allVisible<Value>(value: Value): Value {
  if (typeof value === "string") return visible(value) as Value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(allVisible) as Value;
  const entries = Object.entries(value).map(([key, one]) => [visible(key), allVisible(one)]);
  return Object.fromEntries(entries) as Value;
}
