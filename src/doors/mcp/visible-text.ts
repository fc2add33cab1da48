import { stripVTControlCharacters } from "node:util";

/**
 * What shows as nothing: format characters, zero widths, direction marks, variation selectors, tag characters, and the
 * control characters beside line's end and tab. People do not see what is written in them, and a model reads it.
 */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Co}\u2028\u2029]|(?![\n\t])\p{Cc}/gu;

/** A text as a person would see it. */
export function visible(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r\n", "\n").replaceAll(invisible, "");
}

/** The same for every text in a message, the names of its fields among them. */
export function allVisible<Value>(value: Value): Value {
  if (typeof value === "string") return visible(value) as Value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(allVisible) as Value;
  const entries = Object.entries(value).map(([key, one]) => [visible(key), allVisible(one)]);
  return Object.fromEntries(entries) as Value;
}
