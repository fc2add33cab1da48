import { isObject } from "../exchange.ts";
import { mismatch } from "./proto-mismatch.ts";
import { readScalar } from "./proto-scalars.ts";

const texts: Record<string, RegExp> = {
  "google.protobuf.Duration": /^-?\d{1,12}(\.\d{1,9})?s$/,
  "google.protobuf.Timestamp": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
  "google.protobuf.FieldMask": /^[\w.,]*$/,
};

/** Reads the types that have a JSON form of their own; undefined for every other type. */
export function readWellKnown(
  name: string,
  value: unknown,
  at: string,
): { value: unknown } | undefined {
  const short = name.replace("google.protobuf.", "");
  if (short === name) return undefined;
  const form = texts[name];
  if (form !== undefined) {
    if (typeof value !== "string" || !form.test(value)) throw illFormed(name, value, at);
    return { value };
  }
  if (short === "Value") return { value };
  if (short === "Struct" || short === "Any") {
    if (!isObject(value)) throw illFormed(name, value, at);
    return { value };
  }
  const wrapped = /^(Double|Float|Int64|UInt64|Int32|UInt32|Bool|String|Bytes)Value$/.exec(
    short,
  )?.[1];
  if (wrapped === undefined) return undefined;
  return { value: readScalar(wrapped.toLowerCase(), value, at) };
}

function illFormed(name: string, value: unknown, at: string): Error {
  return mismatch(at, `type.googleapis.com/${name}`, value);
}
