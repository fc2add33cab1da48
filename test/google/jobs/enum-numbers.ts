import { isObject } from "../exchange.ts";
import { findType } from "./descriptor.ts";
import { isScalar } from "./proto-scalars.ts";

/** A message with its enums as numbers, as Google's clients ask for it (`$alt=json;enum-encoding=int`). */
export function withEnumNumbers(name: string, value: unknown, scope = ""): unknown {
  if (isScalar(name)) return value;
  const found = findType(name, scope);
  if (found.type.values !== undefined) return found.type.values[String(value)] ?? value;
  if (!isObject(value) || found.name.startsWith("google.protobuf.")) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const field = found.type.fields?.[key];
    if (field === undefined || field.keyType !== undefined) return [key, inner];
    const one = (item: unknown): unknown => withEnumNumbers(field.type, item, found.name);
    return [key, Array.isArray(inner) ? inner.map(one) : one(inner)];
  });
  return Object.fromEntries(entries);
}
