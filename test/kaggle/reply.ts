import type { ServerResponse } from "node:http";

export type Json = Record<string, unknown>;

/** An answer before it is put on the wire. `stream` writes the body by itself. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  stream?: (response: ServerResponse) => Promise<void>;
}

/** The two shapes in which Kaggle words an error: {code, message} and {error: {code, message, status}}. */
export type ErrorShape = "flat" | "nested";

/** Names of google.rpc.Code for the statuses used here. */
const statusNames: Record<number, string> = {
  400: "FAILED_PRECONDITION",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  415: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

/** Thrown by a method that refuses what it was asked. */
export class Refusal extends Error {
  readonly status: number;
  readonly shape: ErrorShape;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    shape: ErrorShape = "nested",
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.shape = shape;
    this.headers = headers;
  }
}

export function jsonReply(
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Reply {
  const body = Buffer.from(JSON.stringify(value));
  return { status, headers: { "Content-Type": "application/json", ...headers }, body };
}

export function redirectReply(location: string): Reply {
  return { status: 302, headers: { Location: location }, body: Buffer.alloc(0) };
}

export function refusalReply(refusal: Refusal): Reply {
  const { status: code, message, shape, headers } = refusal;
  const flat = { code, message };
  const nested = { error: { ...flat, status: statusNames[code] ?? "UNKNOWN" } };
  return jsonReply(shape === "flat" ? flat : nested, code, headers);
}

/** Proto JSON as Kaggle writes it: fields that are unset or have their default value are left out. */
export function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (value instanceof Date) return value.toISOString();
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([, field]) => !isDefault(field));
  return Object.fromEntries(kept.map(([name, field]) => [name, withoutDefaults(field)]));
}

/** The first value of each enumeration is its default. */
const defaultEnums = new Set(["PENDING", "QUEUED", "NOT_YET_PERSISTED"]);

function isDefault(field: unknown): boolean {
  if (Array.isArray(field)) return field.length === 0;
  if (typeof field === "string") return field === "" || defaultEnums.has(field);
  return field === undefined || field === null || field === 0 || field === false;
}
