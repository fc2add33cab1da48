import { readAnswer } from "./answers.ts";
import { KaggleError } from "./kaggle-error.ts";
import { type Kaggle, methodUrl, type Service } from "./open-kaggle.ts";
import { request } from "./requests.ts";

/** An answer whose body is a file. */
export interface Opened {
  response: Response;
  /** It came from another origin than Kaggle's, from an address that was signed for a while. */
  signed: boolean;
}

/** Opens a file; called anew at each try, so that an address that has expired is asked for again. */
export type Source = (headers: Record<string, string>, signal: AbortSignal) => Promise<Opened>;

const mostHops = 6;
/** A stream has no limit of its own but the silence between two pieces. */
const dayMs = 24 * 3_600_000;

/** A file that a method answers with, or with a redirect to it. */
export function fromMethod(
  kaggle: Kaggle,
  service: Service,
  method: string,
  body: Record<string, unknown>,
): Source {
  const first = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  };
  return (headers, signal) =>
    follow(
      kaggle,
      `${service} ${method}`,
      methodUrl(kaggle, service, method),
      first,
      headers,
      signal,
    );
}

/** A file at an address; `find` is called at each try and may ask for a fresh one. */
export function fromAddress(kaggle: Kaggle, call: string, find: () => Promise<string>): Source {
  return async (headers, signal) =>
    follow(kaggle, call, await find(), { method: "GET" }, headers, signal);
}

/** Follows redirects by hand: Authorization goes to Kaggle's own origin only, and never from https to http. */
async function follow(
  kaggle: Kaggle,
  call: string,
  start: string,
  first: { method: string; body?: string; headers?: Record<string, string> },
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Opened> {
  let url = new URL(start);
  let init: { method: string; body?: string; headers?: Record<string, string> } = first;
  for (let hop = 0; hop <= mostHops; hop += 1) {
    const own = await kaggle.headersFor(url);
    const response = await request(call, url, {
      ...init,
      headers: { "Accept-Encoding": "identity", ...init.headers, ...headers, ...own },
      timeoutMs: dayMs,
      signal,
    });
    const next = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || next === null)
      return { response, signed: url.origin !== new URL(kaggle.base).origin };
    await response.body?.cancel();
    const keepsMethod = response.status === 307 || response.status === 308;
    const target = new URL(next, url);
    if (
      !/^https?:$/.test(target.protocol) ||
      (url.protocol === "https:" && target.protocol !== url.protocol)
    )
      throw redirectError(call, `a redirect to ${target.protocol}// was not followed`);
    init = keepsMethod && target.origin === url.origin ? init : { method: "GET" };
    url = target;
  }
  throw redirectError(call, `more than ${mostHops} redirects`);
}

function redirectError(call: string, reason: string): KaggleError {
  return new KaggleError({ call, status: 502, reason });
}

/** Throws the KaggleError that an answer with an error status is. */
export async function refuse(call: string, { response }: Opened): Promise<never> {
  const body = await response.text().catch(() => "");
  readAnswer(call, Math.max(response.status, 400), body);
  throw new KaggleError({ call, status: response.status, reason: "no file came" });
}
