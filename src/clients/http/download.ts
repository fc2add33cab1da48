import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "../../storage/files/atomic-write.ts";
import { type Failure, isPassing } from "./failure.ts";
import { watchIdle } from "./idle-timeout.ts";
import { NoAnswer } from "./no-answer.ts";
import {
  beginPart,
  closePart,
  discardPart,
  type Identity,
  identify,
  isSameFile,
  type PartFile,
  type PartHash,
  readPart,
  sizeOf,
  trackHash,
} from "./part-file.ts";
import { readAhead } from "./read-ahead.ts";
import { readPieces } from "./request.ts";
import { type Retries, waitOrThrow } from "./retry.ts";

/** A file of a service. */
export interface DownloadSource {
  /** For messages: `download of train.csv`. */
  call: string;
  /** Opens it, anew at each try. Throws the client's error for an answer without a file; one of 416 is given back. */
  open(headers: Record<string, string>, signal: AbortSignal): Promise<Response>;
  /** The client's error for a file that did not arrive whole; another try may help. */
  failure(reason: string, cause?: unknown): Error & Failure;
}

export interface DownloadOptions extends Retries {
  /** What the part is part of, where its name says so; it then needs no note beside it. */
  identity?: Identity;
  /** A file longer than this is refused, bytes. */
  limit?: number | undefined;
  progress?: ((bytes: number, total: number | null) => void) | undefined;
}

/**
 * Downloads a file to `part`, going on from the byte that is there where it is still the same file. Checked against the
 * length and, where it is known, the checksum. Throws the client's error where it cannot be had; `part` stays for the next
 * time. Gives the bytes there are.
 */
export async function downloadTo(
  source: DownloadSource,
  part: string,
  options: DownloadOptions,
): Promise<number> {
  await mkdir(path.dirname(part), { recursive: true });
  const hash = trackHash(part);
  let best = -1;
  for (let failures = 0; ;) {
    try {
      const bytes = await attempt(source, part, hash, options);
      await closePart(part);
      return bytes;
    } catch (error) {
      if (!isPassing(error)) throw error;
      const reached = await sizeOf(part);
      failures = reached > best ? 1 : failures + 1;
      best = Math.max(best, reached);
      await waitOrThrow(error, failures, options);
    }
  }
}

async function attempt(
  source: DownloadSource,
  part: string,
  hash: PartHash,
  options: DownloadOptions,
): Promise<number> {
  const there = await readPart(part, options.identity);
  const { from, identity } = there;
  if (options.identity !== undefined && from === options.identity.total) {
    await receive(source, [], part, from, options.identity, hash, options);
    return requireWhole(source, part, options.identity, hash);
  }
  const idle = watchIdle(options.backoff.idleMs);
  try {
    const answer = await source.open(rangeHeaders(there), idle.signal);
    if (answer.status === 416) return await beyondEnd(source, part, there, hash);
    const found = identify(answer);
    const pieces = heard(readPieces(readAhead(answer.body)), idle.heard);
    const goesOn = from > 0 && answer.status === 206;
    if (goesOn) await requireSame(source, answer, part, there, found);
    else if (answer.status === 206) throw source.failure("a part came, the whole was asked for");
    else if (options.identity === undefined) await beginPart(part, found);
    else await discardPart(part);
    const checksum = options.identity?.checksum ?? found.checksum ?? null;
    const whole = { ...found, checksum: goesOn ? (checksum ?? identity!.checksum) : checksum };
    await receive(source, pieces, part, goesOn ? from : 0, whole, hash, options);
    return await requireWhole(source, part, whole, hash);
  } finally {
    idle.end();
  }
}

function rangeHeaders({ from, identity }: PartFile): Record<string, string> {
  if (from === 0) return {};
  const validator = identity?.validator ?? null;
  // A weak tag is not allowed in If-Range; then the answer's own tag decides.
  const condition: Record<string, string> =
    validator === null || validator.startsWith("W/") ? {} : { "If-Range": validator };
  return { Range: `bytes=${from}-`, ...condition };
}

/** 416: all of it is there already, or what is there is of no use. */
async function beyondEnd(
  source: DownloadSource,
  part: string,
  { from, identity }: PartFile,
  hash: PartHash,
): Promise<number> {
  if (from > 0 && from === identity?.total) {
    if (identity.checksum !== null) await hash.begin(identity.checksum.kind, from);
    return requireWhole(source, part, identity, hash);
  }
  await discardPart(part);
  throw source.failure("the server has no more of the file");
}

/** Throws where the answer is not the rest of what is there; then the next try begins anew. */
async function requireSame(
  source: DownloadSource,
  { headers }: Response,
  part: string,
  { from, identity }: PartFile,
  found: Identity,
): Promise<void> {
  const begins = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
  if (Number(begins) === from && isSameFile(found, identity!)) return;
  await discardPart(part);
  throw source.failure("the file has changed on the server");
}

async function receive(
  source: DownloadSource,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  part: string,
  from: number,
  { total, checksum }: Identity,
  hash: PartHash,
  { limit = Infinity, progress }: DownloadOptions,
): Promise<void> {
  if (checksum !== null) await hash.begin(checksum.kind, from);
  const file = await open(part, "a").catch((error) => Promise.reject(writeFailure(part, error)));
  let at = from;
  if (from > 0) progress?.(from, total);
  try {
    for await (const chunk of pieces) {
      at += chunk.length;
      if (at > limit) throw tooLong(source.call, limit);
      await file.appendFile(chunk).catch((error) => Promise.reject(writeFailure(part, error)));
      hash.update(chunk);
      progress?.(at, total);
    }
    await file.sync().catch((error) => Promise.reject(writeFailure(part, error)));
  } catch (error) {
    throw error instanceof NoAnswer ? source.failure(error.message, error) : error;
  } finally {
    await file.close();
    if (at > limit) await discardPart(part);
  }
  if (total !== null && at < total)
    throw source.failure(`the file was cut short, ${at} of ${total} bytes`);
}

/** The pieces, each of them a sign of life. */
async function* heard(
  pieces: AsyncIterable<Uint8Array>,
  hear: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of pieces) {
    hear();
    yield chunk;
  }
}

async function requireWhole(
  source: DownloadSource,
  part: string,
  { total, checksum }: Identity,
  hash: PartHash,
): Promise<number> {
  const bytes = await sizeOf(part);
  const isIntact = checksum === null || hash.fits(checksum);
  if (isIntact && (total === null || bytes === total)) return bytes;
  await discardPart(part);
  const wrong = isIntact ? "length" : "checksum";
  throw source.failure(`the file arrived damaged: its ${wrong} is not the announced one`);
}

function tooLong(call: string, limit: number): UserError {
  return new UserError({
    code: "download-too-long",
    message: `${call} sends more than the ${limit} bytes that were expected, and was stopped`,
    next: "compare it with the size that the server lists, then run the same command again",
  });
}
