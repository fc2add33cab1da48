import type { z } from "zod";
import { type Credentials, loadCredentials } from "./credentials.ts";
import { endpointOf, type GoogleApi } from "./endpoints.ts";
import { type Backoff, usualBackoff } from "../http/backoff.ts";
import { NoAnswer } from "../http/no-answer.ts";
import { readText, request } from "../http/request.ts";
import { withRetries } from "../http/retry.ts";
import { GoogleError, parseGoogleError, unanswered } from "./google-error.ts";

type Query = Record<string, string | number | boolean | undefined>;

export interface GoogleCall {
  api: GoogleApi;
  /** For APIs with an endpoint a region. */
  region?: string | undefined;
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the endpoint on (`/v1/projects/...`), its parts encoded; or a whole address that Google gave. */
  path: string;
  query?: Query;
  headers?: Record<string, string>;
  /** Bytes as they are, anything else as JSON. */
  body?: unknown;
  /** Whether it may be carried out twice; by default only GET. Retried on 408, 429, 5xx and where no answer came. */
  repeatable?: boolean;
  /** HTTP statuses beside 2xx that are no errors. */
  accept?: readonly number[];
  /** Milliseconds for the whole answer; `request` gives a minute. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Google's APIs with the credentials of this machine. Everything throws GoogleError, or UserError without credentials. */
export interface Google {
  backoff: Backoff;
  /** An access token. */
  token(): Promise<string>;
  /** The project of the environment, the credentials or gcloud. */
  projectId(): Promise<string>;
  /** A JSON answer through its schema. */
  request<T>(schema: z.ZodType<T>, call: GoogleCall): Promise<T>;
  /** Any answer; NoAnswer thrown while `read` takes it is a GoogleError, and repeated like the call. */
  send<T>(call: GoogleCall, read: (answer: Response) => Promise<T>): Promise<T>;
}

/** `env` decides credentials, project and endpoints. Nothing is loaded or asked before the first call. */
export function openGoogle(
  env: Readonly<Record<string, string | undefined>>,
  options: Partial<Backoff> = {},
): Google {
  const backoff = { ...usualBackoff, ...options };
  let loaded: Promise<Credentials> | undefined;
  const credentials = (): Promise<Credentials> => (loaded ??= loadCredentials(env));
  let project: Promise<string> | undefined;

  async function sendOnce<T>(call: GoogleCall, read: (answer: Response) => Promise<T>): Promise<T> {
    const headers = await (await credentials()).headers();
    const url = urlOf(call, env);
    try {
      const answer = await request(url, requestOf(call, headers));
      if (answer.ok || call.accept?.includes(answer.status)) return await read(answer);
      const body = await readText(answer).catch(() => "");
      throw parseGoogleError(answer.status, body, answer.headers.get("retry-after"));
    } catch (error) {
      throw error instanceof NoAnswer ? unanswered(error) : error;
    }
  }

  const google: Google = {
    backoff,
    async token() {
      const headers = await (await credentials()).headers();
      return (headers.get("authorization") ?? "").replace(/^Bearer /, "");
    },
    projectId: () => (project ??= credentials().then((known) => known.projectId())),
    request: (schema, call) =>
      google.send({ timeoutMs: backoff.timeoutMs, ...call }, async (answer) =>
        understood(schema, await readText(answer)),
      ),
    send(call, read) {
      const repeatable = call.repeatable ?? (call.method ?? "GET") === "GET";
      const once = () => sendOnce(call, read);
      return repeatable ? withRetries(once, { backoff, signal: call.signal }) : once();
    },
  };
  return google;
}

/** An answer's text through its schema; whether the call was carried out is unknown where it does not fit. */
export function understood<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown = {};
  try {
    if (text !== "") value = JSON.parse(text);
  } catch {
    throw notUnderstood(
      `no JSON: ${text
        .replaceAll(/(?:<[^>]*>|\s)+/g, " ")
        .trim()
        .slice(0, 300)}`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw notUnderstood(`${issue.path.join(".")}: ${issue.message}`);
}

function notUnderstood(what: string): GoogleError {
  const message = `an answer that is not understood: ${what}`;
  return new GoogleError({ httpStatus: 200, status: "UNKNOWN", message });
}

function urlOf(call: GoogleCall, env: Readonly<Record<string, string | undefined>>): URL {
  const whole = /^https?:\/\//.test(call.path);
  const url = new URL(whole ? call.path : endpointOf(call.api, call.region, env) + call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  return url;
}

function requestOf(call: GoogleCall, headers: Headers): Parameters<typeof request>[1] {
  const isBytes = call.body instanceof Uint8Array;
  if (call.body !== undefined && !isBytes) headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, value);
  return {
    method: call.method ?? "GET",
    headers,
    ...(call.body === undefined
      ? {}
      : { body: isBytes ? (call.body as Uint8Array<ArrayBuffer>) : JSON.stringify(call.body) }),
    timeoutMs: call.timeoutMs,
    signal: call.signal ?? null,
  };
}
