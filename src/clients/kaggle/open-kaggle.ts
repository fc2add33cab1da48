import { z } from "zod";
import { readAnswer } from "./answers.ts";
import { type Credentials, requireCredentials } from "./credentials.ts";
import { KaggleError } from "./kaggle-error.ts";
import { type Backoff, pause, request, usualBackoff, waitBefore } from "./requests.ts";

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
  patience: Backoff;
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
  patience?: Partial<Backoff>;
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
    patience: { ...usualBackoff, ...options.patience },
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

type Line = Pick<Kaggle, "base" | "patience" | "notice">;

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
  const init = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...(await headersFor(url)) },
    timeoutMs: line.patience.timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  };
  const found = await persist(line, repeatable, signal, async () => {
    const response = await request(call, url, init);
    const text = await response.text().catch((error) => {
      throw new KaggleError(
        { call, status: null, reason: "the answer was cut short" },
        { cause: error },
      );
    });
    return { response, read: () => readAnswer(call, response.status, text) };
  });
  const parsed = answer.safeParse(found);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const reason = `the answer cannot be understood: ${issue.path.join(".")}: ${issue.message}`;
  throw new KaggleError({ call, status: 200, reason, answer: found });
}

/** Tries until an answer is there that no repetition would mend. */
async function persist(
  { patience, notice }: Line,
  repeatable: boolean,
  signal: AbortSignal | undefined,
  attempt: () => Promise<{ response: Response; read: () => unknown }>,
): Promise<unknown> {
  for (let tried = 1; ; tried += 1) {
    const last = !repeatable || tried >= patience.tries;
    let retryAfter: string | null = null;
    let failure: unknown;
    try {
      const { response, read } = await attempt();
      retryAfter = response.headers.get("retry-after");
      return read();
    } catch (error) {
      failure = error;
    }
    const again = failure instanceof KaggleError && (failure.unsure || failure.status === 429);
    const unsent = failure instanceof KaggleError && failure.status === null;
    const wait = waitBefore(tried + 1, patience, retryAfter);
    if (last || !(again || unsent) || wait > patience.longestWaitMs || signal?.aborted === true)
      throw failure;
    if (wait >= 3000)
      notice(`${(failure as KaggleError).reason}; again in ${Math.round(wait / 1000)} s`);
    await pause(wait, signal);
  }
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
  const reason = `the token of ${credentials.from} belongs to nobody or has expired`;
  throw new KaggleError({ call: "security IntrospectToken", status: 401, reason });
}

/** A 401 says which credentials were refused. */
function withSource(error: unknown, { from }: Credentials): unknown {
  if (!(error instanceof KaggleError) || error.status !== 401) return error;
  if (error.message.includes(from)) return error;
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
