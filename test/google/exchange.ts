import type { IncomingMessage } from "node:http";
import { invalid } from "./google-problem.ts";
import type { HttpFault } from "./faults.ts";

/** One request that the fake answers. */
export interface Exchange {
  request: IncomingMessage;
  path: string;
  /** Decoded parts of the path, by the names of the route's template. */
  params: Record<string, string>;
  query: URLSearchParams;
  fault: HttpFault | undefined;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  text?: string;
  /** A part of a file; `end` is exclusive. */
  file?: { path: string; start: number; end: number };
}

/** A part of the path that the route's template names. */
export function param(exchange: Exchange, name: string): string {
  const value = exchange.params[name];
  if (value === undefined) throw new Error(`the route of ${exchange.path} has no {${name}}`);
  return value;
}

export async function readBody(exchange: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of exchange.request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The body as a JSON object; an empty body is an empty object. */
export async function readJson(exchange: Exchange): Promise<Record<string, unknown>> {
  return parseObject((await readBody(exchange)).toString("utf8"));
}

export function parseObject(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    throw invalid(`Invalid JSON payload received. Unexpected token.\n${text.slice(0, 60)}\n^`);
  }
  throw invalid("Invalid JSON payload received. Unknown name: Root element must be a message.");
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Answers 400 for query parameters that a newer Google API does not know. */
export function allowQuery(exchange: Exchange, ...names: string[]): void {
  for (const name of exchange.query.keys()) {
    if (names.includes(name) || ["alt", "$alt", "prettyPrint", "key"].includes(name)) continue;
    throw invalid(
      `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
    );
  }
}
