import type { z } from "zod";
import { type Credentials, loadCredentials } from "./credentials.ts";
import { endpointOf, type GoogleApi } from "./endpoints.ts";
import { GoogleError, parseGoogleError } from "./google-error.ts";
import { networkError } from "./network-error.ts";
import { type Backoff, withRetries } from "./retries.ts";

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
}

/** Google's APIs with the credentials of this machine. Everything throws GoogleError, or UserError without credentials. */
export interface Google {
  /** An access token. */
  token(): Promise<string>;
  /** The project of the environment, the credentials or gcloud. */
  projectId(): Promise<string>;
  /** A JSON answer through its schema. */
  request<T>(schema: z.ZodType<T>, call: GoogleCall): Promise<T>;
  /** Any answer; what breaks while `read` takes it is repeated like the call. */
  send<T>(call: GoogleCall, read: (answer: Response) => Promise<T>): Promise<T>;
}

/** `env` decides credentials, project and endpoints. Nothing is loaded or asked before the first call. */
export function openGoogle(
  env: Readonly<Record<string, string | undefined>>,
  patience?: Partial<Backoff>,
): Google {
  let loaded: Promise<Credentials> | undefined;
  const credentials = (): Promise<Credentials> => (loaded ??= loadCredentials(env));
  let project: Promise<string> | undefined;

  async function sendOnce<T>(call: GoogleCall, read: (answer: Response) => Promise<T>): Promise<T> {
    const headers = await (await credentials()).headers();
    const url = urlOf(call, env);
    const answer = await fetch(url, requestOf(call, headers)).catch(unanswered);
    if (answer.ok || call.accept?.includes(answer.status)) return read(answer).catch(unanswered);
    const body = await answer.text().catch(() => "");
    throw parseGoogleError(answer.status, body, answer.headers.get("retry-after"));
  }

  const google: Google = {
    async token() {
      const headers = await (await credentials()).headers();
      return (headers.get("authorization") ?? "").replace(/^Bearer /, "");
    },
    projectId: () => (project ??= credentials().then((known) => known.projectId())),
    request: (schema, call) =>
      google.send({ timeoutMs: 60_000, ...call }, async (answer) => {
        const text = await answer.text();
        return understood(schema, text === "" ? {} : JSON.parse(text));
      }),
    send(call, read) {
      const repeatable = call.repeatable ?? (call.method ?? "GET") === "GET";
      return repeatable ? withRetries(() => sendOnce(call, read), patience) : sendOnce(call, read);
    },
  };
  return google;
}

function understood<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const message = `an answer that is not understood: ${issue.path.join(".")}: ${issue.message}`;
  throw new GoogleError({ httpStatus: 200, status: "UNKNOWN", message });
}

function urlOf(call: GoogleCall, env: Readonly<Record<string, string | undefined>>): URL {
  const whole = /^https?:\/\//.test(call.path);
  const url = new URL(whole ? call.path : endpointOf(call.api, call.region, env) + call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  return url;
}

function requestOf(call: GoogleCall, headers: Headers): RequestInit {
  const isBytes = call.body instanceof Uint8Array;
  if (call.body !== undefined && !isBytes) headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, value);
  return {
    method: call.method ?? "GET",
    headers,
    // fetch takes 308, a resumable upload's "go on", for a redirect.
    redirect: "manual",
    ...(call.body === undefined
      ? {}
      : { body: isBytes ? (call.body as Uint8Array<ArrayBuffer>) : JSON.stringify(call.body) }),
    ...(call.timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(call.timeoutMs) }),
  };
}

/** Errors of our own pass. */
function unanswered(error: unknown): never {
  throw networkError(error) ?? error;
}
