import { z } from "zod";
import { type Backoff, parseRetryAfter, usualBackoff } from "../http/backoff.ts";
import { readText, request } from "../http/request.ts";
import { withRetries } from "../http/retry.ts";
import { readAnswer } from "./answers.ts";
import { type Credentials, requireCredentials } from "./credentials.ts";
import { answered, KaggleError } from "./kaggle-error.ts";

const services = {
  competitions: "competitions.CompetitionApiService",
  kernels: "kernels.KernelsApiService",
  models: "models.ModelApiService",
  blobs: "blobs.BlobApiService",
  users: "users.AccountService",
  security: "security.OAuthService",
} as const;
export type Service = keyof typeof services;

interface CallOptions<T> {
  /** Shape of the answer. */
  answer: z.ZodType<T>;
  /** Whether a second such call does no harm: only then it is tried again after a 5xx, a 429 or a broken connection. */
  repeatable: boolean;
  signal?: AbortSignal;
}

export interface Kaggle {
  /** Without a slash at its end. */
  base: string;
  backoff: Backoff;
  /** A line to show where a wait is long enough to wonder about. */
  notice(text: string): void;
  /** POST to a method of a service. Throws a KaggleError. */
  call<T>(
    service: Service,
    method: string,
    body: Record<string, unknown>,
    options: CallOptions<T>,
  ): Promise<T>;
  /** What goes into a request to `url`: Authorization for Kaggle's own origin, nothing for any other. */
  headersFor(url: string | URL): Promise<Record<string, string>>;
  /** The account's user name, as in the addresses of its kernels and models. */
  username(): Promise<string>;
}

export interface OpenOptions {
  notice?: (text: string) => void;
  backoff?: Partial<Backoff>;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Kaggle with the credentials that `env` and the home folder give; CROSSFOLD_KAGGLE_URL is another server. Throws a
 * UserError where there are no credentials. Nothing is sent until the first call.
 */
export async function openKaggle(env: Env, options: OpenOptions = {}): Promise<Kaggle> {
  const credentials = await requireCredentials(env);
  const base = (env.CROSSFOLD_KAGGLE_URL || "https://api.kaggle.com").replace(/\/+$/, "");
  const line: Line = {
    base,
    notice: options.notice ?? (() => {}),
    backoff: { ...usualBackoff, ...options.backoff },
  };
  const authorization = once(() => authorize(line, credentials));
  const headersFor = async (url: string | URL) =>
    new URL(url).origin === new URL(base).origin ? { Authorization: await authorization() } : {};
  const call: Kaggle["call"] = (service, method, body, how) =>
    makeCall(line, service, method, body, how, headersFor).catch((error) =>
      Promise.reject(withSource(error, credentials)),
    );
  const username = once(() => findUsername(call, credentials));
  return { ...line, call, headersFor, username };
}

type Line = Pick<Kaggle, "base" | "backoff" | "notice">;

/** The address of a method, `{base}/v1/{package.Service}/{Method}`. */
export function methodUrl(
  { base }: Pick<Kaggle, "base">,
  service: Service,
  method: string,
): string {
  return `${base}/v1/${services[service]}/${method}`;
}

async function makeCall<T>(
  line: Line,
  service: Service,
  method: string,
  body: Record<string, unknown>,
  { answer, repeatable, signal }: CallOptions<T>,
  headersFor: Kaggle["headersFor"],
): Promise<T> {
  const call = `${service} ${method}`;
  const url = methodUrl(line, service, method);
  const authorization = await headersFor(url).catch(unsent);
  const { backoff, notice } = line;
  const init = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...authorization },
    timeoutMs: backoff.timeoutMs,
    signal: signal ?? null,
  };
  const send = async (): Promise<T> => {
    const response = await request(url, init);
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"));
    const found = readAnswer(call, response.status, await readText(response), retryAfterMs);
    return understood(call, answer, found);
  };
  const attempt = () => answered(call, send());
  return repeatable ? withRetries(attempt, { backoff, notice, signal }) : attempt();
}

/** Whether the call was carried out is unknown where its answer has another shape. */
function understood<T>(call: string, shape: z.ZodType<T>, found: unknown): T {
  const parsed = shape.safeParse(found);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const reason = `the answer cannot be understood: ${issue.path.join(".")}: ${issue.message}`;
  throw new KaggleError({ call, status: 200, reason, answer: found, outcome: "unknown" });
}

/** What fails before the call itself, such as asking for its token. */
function unsent(error: unknown): never {
  if (!(error instanceof KaggleError)) throw error;
  throw new KaggleError({ ...error, outcome: "not-sent" }, { cause: error });
}

const accessToken = z.looseObject({ token: z.string().min(1) });

async function authorize(line: Line, credentials: Credentials): Promise<string> {
  if (credentials.kind === "token") return `Bearer ${credentials.token}`;
  if (credentials.kind === "key") {
    const pair = `${credentials.username}:${credentials.key}`;
    return `Basic ${Buffer.from(pair).toString("base64")}`;
  }
  const body = {
    refreshToken: credentials.refreshToken,
    apiVersion: "API_VERSION_V1",
    expirationDuration: "43200s",
  };
  const how = { answer: accessToken, repeatable: true };
  const found = await makeCall(line, "users", "GenerateAccessToken", body, how, async () => ({}));
  return `Bearer ${found.token}`;
}

const introspection = z.looseObject({
  active: z.boolean().nullish(),
  username: z.string().nullish(),
});

async function findUsername(call: Kaggle["call"], credentials: Credentials): Promise<string> {
  if (credentials.kind === "key") return credentials.username;
  if (credentials.kind === "oauth" && credentials.username !== null) return credentials.username;
  const token = credentials.kind === "token" ? credentials.token : "";
  const how = { answer: introspection, repeatable: true };
  const { username } = await call("security", "IntrospectToken", { token }, how);
  if (username) return username;
  const reason = `the token of ${credentials.from} belongs to no account or has expired`;
  throw new KaggleError({
    call: "security IntrospectToken",
    status: 401,
    reason,
    outcome: "refused",
  });
}

/** A 401 says which credentials were refused. */
function withSource(error: unknown, { from }: Credentials): unknown {
  if (!(error instanceof KaggleError) || error.status !== 401) return error;
  error.message = `${error.message} (credentials from ${from})`;
  return error;
}

/** The first call's promise for every call, unless it failed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
