import { parseRetryAfter } from "../http/backoff.ts";
import type { DownloadSource } from "../http/download.ts";
import { readText, request } from "../http/request.ts";
import { readAnswer } from "./answers.ts";
import { answered, KaggleError } from "./kaggle-error.ts";
import { type Kaggle, methodUrl, type Service } from "./open-kaggle.ts";

/** Opens a file; called anew at each try, so that an address that has expired is asked for again. */
export type Source = DownloadSource["open"];

const mostHops = 6;

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
  const call = `${service} ${method}`;
  return (headers, signal) =>
    follow(kaggle, call, methodUrl(kaggle, service, method), first, headers, signal);
}

/** A file at an address; `find` is called at each try and may ask for a fresh one. */
export function fromAddress(kaggle: Kaggle, call: string, find: () => Promise<string>): Source {
  return async (headers, signal) =>
    follow(kaggle, call, await find(), { method: "GET" }, headers, signal);
}

/** The text of a small file at an address. Throws a KaggleError. */
export async function readSmallFile(kaggle: Kaggle, call: string, url: string): Promise<string> {
  const limit = AbortSignal.timeout(kaggle.backoff.timeoutMs);
  const answer = await follow(kaggle, call, url, { method: "GET" }, {}, limit);
  return answered(call, readText(answer));
}

/** Follows redirects by hand: Authorization goes to Kaggle's own origin only, and never from https to http. */
async function follow(
  kaggle: Kaggle,
  call: string,
  start: string,
  first: { method: string; body?: string; headers?: Record<string, string> },
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  let url = new URL(start);
  let init: { method: string; body?: string; headers?: Record<string, string> } = first;
  for (let hop = 0; hop <= mostHops; hop += 1) {
    const own = await kaggle.headersFor(url);
    const sent = { "Accept-Encoding": "identity", ...init.headers, ...headers, ...own };
    const response = await answered(call, request(url, { ...init, headers: sent, signal }));
    const next = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || next === null)
      return requireFile(call, response, url.origin !== new URL(kaggle.base).origin);
    await response.body?.cancel();
    const keepsMethod = response.status === 307 || response.status === 308;
    const target = new URL(next, url);
    if (
      !/^https?:$/.test(target.protocol) ||
      (url.protocol === "https:" && target.protocol !== url.protocol)
    )
      throw notFollowed(call, `a redirect to ${target.protocol}// was not followed`);
    init = keepsMethod && target.origin === url.origin ? init : { method: "GET" };
    url = target;
  }
  throw notFollowed(call, `more than ${mostHops} redirects`);
}

function notFollowed(call: string, reason: string): KaggleError {
  return new KaggleError({ call, status: 502, reason, outcome: "unknown", passing: false });
}

/** `isSigned`: it came from another origin than Kaggle's, from an address that was signed for a while. */
async function requireFile(call: string, answer: Response, isSigned: boolean): Promise<Response> {
  const { status, headers } = answer;
  if ([200, 206, 416].includes(status)) return answer;
  const error = await refusal(call, answer);
  const expired = isSigned && [400, 401, 403, 404, 410].includes(status);
  const retryAfterMs = parseRetryAfter(headers.get("retry-after"));
  const passing = expired || error.passing;
  throw new KaggleError({ ...error, passing, retryAfterMs }, { cause: error });
}

/** The KaggleError that an answer without a file is. */
async function refusal(call: string, answer: Response): Promise<KaggleError> {
  const { status } = answer;
  try {
    readAnswer(call, Math.max(status, 400), await readText(answer).catch(() => ""));
  } catch (error) {
    return error as KaggleError;
  }
  return new KaggleError({ call, status, reason: "no file came", outcome: "unknown" });
}
