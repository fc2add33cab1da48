import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "../../storage/files/atomic-write.ts";
import { KaggleError } from "./kaggle-error.ts";
import type { Kaggle } from "./open-kaggle.ts";
import {
  beginPart,
  closePart,
  discardPart,
  type Identity,
  identify,
  md5Of,
  readPart,
  sameFile,
  sizeOf,
} from "./partial-file.ts";
import { readAhead } from "./read-ahead.ts";
import { broken, pause, waitBefore } from "./requests.ts";
import { watchIdle } from "./idle-timeout.ts";
import { type Opened, refuse, type Source } from "./sources.ts";

export interface DownloadOptions {
  /** For messages. */
  call: string;
  /** A file longer than this is refused, bytes. */
  limit: number;
  progress?: (bytes: number, total: number | null) => void;
}

/**
 * Brings a file to `part`, going on from the byte that is there where it is still the same file. Checked against the
 * length and, where the server says it, the MD5 sum. Throws a KaggleError where it cannot be had; `part` stays for the
 * next time.
 */
export async function downloadTo(
  kaggle: Pick<Kaggle, "patience" | "notice">,
  source: Source,
  part: string,
  options: DownloadOptions,
): Promise<{ bytes: number; md5: string | null }> {
  await mkdir(path.dirname(part), { recursive: true });
  const { patience } = kaggle;
  let best = -1;
  for (let failures = 0; ;) {
    const outcome = await attempt(kaggle, source, part, options).catch((error) => ({ error }));
    if (!("error" in outcome)) {
      await closePart(part);
      return outcome;
    }
    const { error } = outcome;
    const retryAfter = error instanceof Passing ? error.retryAfter : null;
    if (!(error instanceof Passing)) throw error;
    const reached = await sizeOf(part);
    failures = reached > best ? 1 : failures + 1;
    best = Math.max(best, reached);
    const wait = waitBefore(failures + 1, patience, retryAfter);
    if (failures >= patience.tries || wait > patience.longestWaitMs) throw error.cause;
    if (wait >= 3000) kaggle.notice(`${error.message}; again in ${Math.round(wait / 1000)} s`);
    await pause(wait);
  }
}

/** A failure that another try may mend; its cause is what the user is told when none does. */
class Passing extends Error {
  readonly retryAfter: string | null;

  constructor(cause: Error, retryAfter: string | null = null) {
    super(cause instanceof KaggleError ? cause.reason : cause.message, { cause });
    this.retryAfter = retryAfter;
  }
}

async function attempt(
  { patience }: Pick<Kaggle, "patience">,
  source: Source,
  part: string,
  options: DownloadOptions,
): Promise<{ bytes: number; md5: string | null }> {
  const silence = watchIdle(patience.idleMs);
  try {
    const { from, identity } = await readPart(part);
    const opened = await source(rangeHeaders(from, identity), silence.signal).catch(passing);
    const found = identify(opened.response);
    const complete = opened.response.status === 416 && from > 0 && from === identity?.total;
    if (complete) return await finish(part, identity!, options);
    await requireFile(opened, part, options);
    const pieces = readAhead(opened.response.body);
    const goesOn = from > 0 && opened.response.status === 206;
    if (goesOn) await requireSame(opened.response, part, from, identity!, found);
    else if (opened.response.status === 206)
      throw unexpected("a part came, the whole was asked for");
    else await beginPart(part, found);
    const whole = goesOn ? { ...found, md5: found.md5 ?? identity!.md5 } : found;
    const heard = named(options.call, pieces, silence.heard);
    await receive(heard, part, goesOn ? from : 0, whole, options);
    return await finish(part, whole, options);
  } finally {
    silence.end();
  }
}

function passing(error: unknown): never {
  if (error instanceof KaggleError && (error.unsure || error.status === null))
    throw new Passing(error);
  throw error;
}

function rangeHeaders(from: number, identity: Identity | undefined): Record<string, string> {
  if (from === 0) return {};
  const validator = identity!.validator!;
  // A weak tag is not allowed in If-Range; then the answer's own tag decides.
  const condition: Record<string, string> = validator.startsWith("W/")
    ? {}
    : { "If-Range": validator };
  return { Range: `bytes=${from}-`, ...condition };
}

/** Throws what an answer without a file means: a signed address has expired, a refusal, a server in trouble. */
async function requireFile(opened: Opened, part: string, { call }: DownloadOptions): Promise<void> {
  const { response, signed } = opened;
  const { status, headers } = response;
  if (status === 200 || status === 206) return;
  if (status === 416) await discardPart(part);
  const failure = await refuse(call, opened).catch((error: Error) => error);
  const expired = signed && [400, 401, 403, 404, 410].includes(status);
  if (expired || status === 416 || status === 429 || status >= 500)
    throw new Passing(failure, headers.get("retry-after"));
  throw failure;
}

/** Throws where the answer is not the rest of what is there; then the next try begins anew. */
async function requireSame(
  { headers }: Response,
  part: string,
  from: number,
  identity: Identity,
  found: Identity,
): Promise<void> {
  const begins = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
  if (Number(begins) === from && sameFile(found, identity)) return;
  await discardPart(part);
  throw unexpected("the file has changed on the server");
}

function unexpected(reason: string): Passing {
  return new Passing(new KaggleError({ call: "download", status: null, reason }));
}

async function receive(
  pieces: AsyncIterable<Uint8Array>,
  part: string,
  from: number,
  { total }: Identity,
  { call, limit, progress }: DownloadOptions,
): Promise<void> {
  const file = await open(part, "a").catch((error) => Promise.reject(writeFailure(part, error)));
  let at = from;
  try {
    for await (const chunk of pieces) {
      at += chunk.length;
      if (at > limit) throw tooLong(call, limit);
      await file.write(chunk).catch((error) => Promise.reject(writeFailure(part, error)));
      progress?.(at, total);
    }
  } finally {
    await file.close();
    if (at > limit) await discardPart(part);
  }
  if (total !== null && at < total) {
    const reason = `the file was cut short, ${at} of ${total} bytes`;
    throw new Passing(new KaggleError({ call, status: null, reason }));
  }
}

/** The pieces, with a failure that says what broke. */
async function* named(
  call: string,
  pieces: AsyncIterable<Uint8Array>,
  heard: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of pieces) {
      heard();
      yield chunk;
    }
  } catch (error) {
    throw new Passing(broken(call, error));
  }
}

async function finish(
  part: string,
  { total, md5 }: Identity,
  { call }: DownloadOptions,
): Promise<{ bytes: number; md5: string | null }> {
  const bytes = await sizeOf(part);
  const sum = md5 === null ? null : await md5Of(part);
  if (sum === md5 && (total === null || bytes === total)) return { bytes, md5: sum };
  await discardPart(part);
  const reason = `the file arrived damaged: its ${sum === md5 ? "length" : "MD5 sum"} is not the announced one`;
  throw new Passing(new KaggleError({ call, status: null, reason }));
}

function tooLong(call: string, limit: number): UserError {
  return new UserError({
    code: "download-too-long",
    message: `${call} sends more than the ${limit} bytes that were expected, and was stopped`,
    next: "look at the competition's data page",
  });
}
