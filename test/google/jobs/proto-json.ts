import { isObject } from "../exchange.ts";
import { invalid } from "../google-problem.ts";
import { type FieldDescriptor, type FoundType, findType } from "./descriptor.ts";
import { mismatch } from "./proto-mismatch.ts";
import { isScalar, readScalar } from "./proto-scalars.ts";
import { readWellKnown } from "./proto-well-known.ts";

type Message = Record<string, unknown>;

/**
 * Reads JSON as a message of Google's, by the rules of proto3 JSON: camelCase or snake_case names, int64 as text or
 * number, enums by name or number. Gives it as Google would write it. Throws INVALID_ARGUMENT for what does not fit.
 * `at` is the path of the message in the request, for errors.
 */
export function readMessage(name: string, value: unknown, at: string): Message {
  return readFields(findType(name), value, at);
}

function readFields({ name, type }: FoundType, value: unknown, at: string): Message {
  if (!isObject(value)) throw mismatch(at, name, value);
  const message: Message = {};
  for (const [given, inner] of Object.entries(value)) {
    const key = camelCase(given);
    const field = type.fields?.[key];
    if (field === undefined || (given !== key && given !== snakeCase(key)))
      throw unknown(given, at);
    if (key in message)
      throw invalid(`Invalid value at '${at}', duplicate field "${snakeCase(key)}".`);
    const path = at === "" ? snakeCase(key) : `${at}.${snakeCase(key)}`;
    const read = inner === null ? undefined : readField(field, inner, name, path);
    if (read !== undefined) message[key] = read;
  }
  for (const { oneof } of Object.values(type.oneofs ?? {})) {
    const [first, second] = oneof.filter((key) => key in message);
    if (first === undefined || second === undefined || first.startsWith("_")) continue;
    throw invalid(
      `Invalid value at '${at}' (oneof), oneof field '${snakeCase(first)}' is already set. Cannot set '${snakeCase(second)}'`,
    );
  }
  return message;
}

function readField(field: FieldDescriptor, value: unknown, scope: string, at: string): unknown {
  if (field.keyType !== undefined) {
    if (!isObject(value)) throw mismatch(at, "map", value);
    const entries = Object.entries(value).map(([key, one]) => [
      key,
      readOne(field.type, one, scope, `${at}[${JSON.stringify(key)}]`),
    ]);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  if (field.rule === "repeated") {
    if (!Array.isArray(value)) throw mismatch(at, field.type, value);
    const items = value.map((one, index) => readOne(field.type, one, scope, `${at}[${index}]`));
    return items.length === 0 ? undefined : items;
  }
  if (Array.isArray(value) && field.type !== "google.protobuf.Value") {
    throw invalid(
      `Invalid JSON payload received. Unknown name "${at.split(".").at(-1)}" at '${parent(at)}': Proto field is not repeating, cannot start list.`,
      violation(at),
    );
  }
  return readOne(field.type, value, scope, at);
}

function readOne(typeName: string, value: unknown, scope: string, at: string): unknown {
  if (isScalar(typeName)) return readScalar(typeName, value, at);
  const found = findType(typeName, scope);
  const known = readWellKnown(found.name, value, at);
  if (known !== undefined) return known.value;
  return found.type.values === undefined
    ? readFields(found, value, at)
    : readEnum(found, value, at);
}

function readEnum({ name, type }: FoundType, value: unknown, at: string): string {
  const values = Object.entries(type.values ?? {});
  const found = values.find(([text, number]) => value === text || value === number);
  if (found === undefined) throw mismatch(at, `type.googleapis.com/${name}`, value);
  return found[0];
}

function unknown(name: string, at: string): Error {
  const where = at === "" ? "" : ` at '${at}'`;
  const message = `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`;
  return invalid(message, violation(at, message));
}

function violation(field: string, description = "Proto field is not repeating."): object[] {
  const type = "type.googleapis.com/google.rpc.BadRequest";
  return [{ "@type": type, fieldViolations: [{ field, description }] }];
}

function parent(at: string): string {
  return at.split(".").slice(0, -1).join(".");
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
