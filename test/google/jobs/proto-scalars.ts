import { mismatch } from "./proto-mismatch.ts";

type Read = (value: unknown) => unknown;

/** Inclusive bounds of the integer types. */
const integers: Record<string, [bigint, bigint]> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

const others: Record<string, Read> = {
  string: (value) => (typeof value === "string" ? value : undefined),
  bool: (value) => (typeof value === "boolean" ? value : undefined),
  double: readNumber,
  float: readNumber,
  bytes: (value) =>
    typeof value === "string" && /^[\w+/-]*={0,2}$/.test(value) ? value : undefined,
};

export function isScalar(type: string): boolean {
  return type in integers || type in others;
}

/** The value as proto3 JSON writes it (64 bits as text); throws INVALID_ARGUMENT. */
export function readScalar(type: string, value: unknown, at: string): unknown {
  const read = type in integers ? readInteger(type, value) : others[type]?.(value);
  if (read === undefined) throw mismatch(at, `TYPE_${type.toUpperCase()}`, value);
  return read;
}

function readInteger(type: string, value: unknown): number | string | undefined {
  const [least = 0n, most = 0n] = integers[type] ?? [];
  const text =
    typeof value === "number" && Number.isInteger(value) ? BigInt(value).toString() : value;
  if (typeof text !== "string" || !/^-?\d+$/.test(text)) return undefined;
  const number = BigInt(text);
  if (number < least || number > most) return undefined;
  return type.endsWith("64") ? String(number) : Number(number);
}

function readNumber(value: unknown): number | string | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  if (["NaN", "Infinity", "-Infinity"].includes(value)) return value;
  return value.trim() === "" || Number.isNaN(Number(value)) ? undefined : Number(value);
}
