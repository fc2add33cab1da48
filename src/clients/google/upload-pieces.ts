import type { FileHandle } from "node:fs/promises";
import { receivedBytes } from "../http/content-range.ts";
import { isPassing } from "../http/failure.ts";
import { readText } from "../http/request.ts";
import { waitOrThrow } from "../http/retry.ts";
import { GoogleError } from "./google-error.ts";
import { type ObjectInfo, objectSchema } from "./object-info.ts";
import { type Google, type GoogleCall, understood } from "./open-google.ts";

/** A multiple of 256 KiB, as Google asks. */
const pieceBytes = 16 * 1024 * 1024;

/** Sessions by upload, kept where another process finds them: Google holds one open for a week. */
export interface UploadSessions {
  find(upload: string): Promise<string | undefined>;
  keep(upload: string, session: string): Promise<void>;
  drop(upload: string): Promise<void>;
}

export interface PiecesOptions {
  /** Names the upload among `sessions`: what is sent, and where to. */
  upload: string;
  sessions?: UploadSessions | undefined;
  onBytes?: ((count: number) => void) | undefined;
}

interface OpenFile {
  handle: FileHandle;
  size: number;
}

/** How far an upload session is: done, or the bytes that Google has. */
type Reached = { done: ObjectInfo } | { bytes: number };

/** Sends a file through a resumable session, one of an earlier try where that still holds. */
export async function sendPieces(
  google: Google,
  start: GoogleCall,
  file: OpenFile,
  options: PiecesOptions,
): Promise<ObjectInfo> {
  const { upload, sessions } = options;
  try {
    const { session, reached } =
      (await keptSession(google, file, options)) ?? (await newSession(google, start, options));
    const info = await sendRest(google, session, file, reached, options);
    await sessions?.drop(upload);
    return info;
  } catch (error) {
    // What broke off in passing can be gone on with later; what was refused cannot.
    if (error instanceof GoogleError && !isPassing(error)) await sessions?.drop(upload);
    throw error;
  }
}

interface Begun {
  session: string;
  reached: Reached;
}

async function newSession(
  google: Google,
  start: GoogleCall,
  { upload, sessions }: PiecesOptions,
): Promise<Begun> {
  const session = await google.send(start, async (answer) => answer.headers.get("location"));
  if (session === null) {
    const message = "no upload session was given";
    throw new GoogleError({ httpStatus: 200, status: "UNKNOWN", message });
  }
  await sessions?.keep(upload, session);
  return { session, reached: { bytes: 0 } };
}

/** An earlier session and how far it came; undefined without one, or where Google has dropped it. */
async function keptSession(
  google: Google,
  { size }: OpenFile,
  { upload, sessions }: PiecesOptions,
): Promise<Begun | undefined> {
  const session = await sessions?.find(upload);
  if (session === undefined) return undefined;
  try {
    return { session, reached: await askHowFar(google, session, size) };
  } catch (error) {
    if (error instanceof GoogleError && !isPassing(error)) return undefined;
    throw error;
  }
}

/** After a break Google is asked how far it has come. */
async function sendRest(
  google: Google,
  session: string,
  { handle, size }: OpenFile,
  begun: Reached,
  { onBytes }: PiecesOptions,
): Promise<ObjectInfo> {
  let reached = begun;
  let told = 0;
  for (let failures = 0; ;) {
    const now: number = "done" in reached ? size : reached.bytes;
    onBytes?.(now - told);
    if (now > told) failures = 0;
    told = now;
    if ("done" in reached) return reached.done;
    try {
      reached = await putPiece(google, session, handle, { from: reached.bytes, size });
    } catch (error) {
      failures += 1;
      await waitOrThrow(error, failures, google);
      reached = await askHowFar(google, session, size);
    }
  }
}

async function putPiece(
  google: Google,
  session: string,
  handle: FileHandle,
  { from, size }: { from: number; size: number },
): Promise<Reached> {
  const piece = Buffer.alloc(Math.min(pieceBytes, size - from));
  await handle.read(piece, 0, piece.length, from);
  const range = `bytes ${from}-${from + piece.length - 1}/${size}`;
  return put(google, { path: session, body: piece, repeatable: false }, range);
}

function askHowFar(google: Google, session: string, size: number): Promise<Reached> {
  const body = Buffer.alloc(0);
  return put(google, { path: session, body, repeatable: true }, `bytes */${size}`);
}

/** One PUT to the session. 308 says in `range` how far it is; no range there means nothing came. */
function put(
  google: Google,
  rest: { path: string; body: Buffer; repeatable: boolean },
  range: string,
): Promise<Reached> {
  const call = {
    api: "storage",
    method: "PUT",
    headers: { "content-range": range },
    accept: [308],
    timeoutMs: 600_000,
    ...rest,
  } as const;
  return google.send(call, async (answer): Promise<Reached> => {
    const text = await readText(answer);
    if (answer.status !== 308) return { done: understood(objectSchema, text) };
    return { bytes: receivedBytes(answer.headers.get("range")) };
  });
}
