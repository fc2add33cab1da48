import type { FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { GoogleError } from "./google-error.ts";
import { type ObjectInfo, objectSchema } from "./object-info.ts";
import type { Google, GoogleCall } from "./open-google.ts";
import { isPassing } from "./retries.ts";

/** A multiple of 256 KiB, as Google asks. */
const pieceBytes = 16 * 1024 * 1024;
/** Pieces that failed without a byte in between before giving up. */
const mostIdleBreaks = 6;
const pauseMs = 300;

/** How far an upload session is: done, or the bytes that Google has. */
type Reached = { done: ObjectInfo } | { bytes: number };

/** Sends a file through a resumable session: after a break Google is asked how far it has come. */
export async function sendPieces(
  google: Google,
  start: GoogleCall,
  { handle, size }: { handle: FileHandle; size: number },
  { onBytes }: { onBytes?: (count: number) => void },
): Promise<ObjectInfo> {
  const session = await google.send(start, async (answer) => answer.headers.get("location"));
  if (session === null) throw noSession();
  let reached: Reached = { bytes: 0 };
  for (let idle = 0; ;) {
    const from: number = reached.bytes;
    const end = Math.min(from + pieceBytes, size);
    const piece = Buffer.alloc(end - from);
    await handle.read(piece, 0, piece.length, from);
    const range = `bytes ${from}-${end - 1}/${size}`;
    try {
      reached = await put(google, session, range, piece, false);
    } catch (error) {
      if (!isPassing(error) || idle >= mostIdleBreaks) throw error;
      await sleep(pauseMs * 2 ** idle);
      reached = await put(google, session, `bytes */${size}`, undefined, true);
    }
    const now: number = "done" in reached ? size : reached.bytes;
    idle = now > from ? 0 : idle + 1;
    onBytes?.(now - from);
    if ("done" in reached) return reached.done;
  }
}

/** One PUT to the session. 308 says in `range` how far it is; none there: nothing came. */
function put(
  google: Google,
  session: string,
  range: string,
  body: Buffer | undefined,
  repeatable: boolean,
): Promise<Reached> {
  const call = {
    api: "storage",
    method: "PUT",
    path: session,
    headers: { "content-range": range },
    body: body ?? Buffer.alloc(0),
    accept: [308],
    repeatable,
    timeoutMs: 600_000,
  } as const;
  return google.send(call, async (answer): Promise<Reached> => {
    const text = await answer.text();
    if (answer.status !== 308) return { done: objectSchema.parse(JSON.parse(text)) };
    const last = /-(\d+)$/.exec(answer.headers.get("range") ?? "")?.[1];
    return { bytes: last === undefined ? 0 : Number(last) + 1 };
  });
}

function noSession(): GoogleError {
  const message = "no upload session was given";
  return new GoogleError({ httpStatus: 200, status: "UNKNOWN", message });
}
