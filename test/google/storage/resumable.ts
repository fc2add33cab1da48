import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import type { Exchange, Reply } from "../exchange.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { Cut } from "../server.ts";
import type { World } from "../world.ts";
import { keepOnly, receive } from "./receive.ts";
import { type Upload, storeUpload } from "./store-upload.ts";

/** Bytes in which a session keeps what it gets; only the last chunk may be no multiple of it. */
const quantum = 256 * 1024;

interface Session {
  upload: Upload;
  file: string;
  /** Bytes kept so far. */
  kept: number;
  total: number | undefined;
  done: Reply | undefined;
}

export interface Sessions {
  begin(upload: Upload, total: number | undefined): Reply;
  /** Takes a chunk, or answers how much there is. */
  write(exchange: Exchange, id: string): Promise<Reply>;
  cancel(id: string): Reply;
}

export function createSessions(world: World): Sessions {
  const sessions = new Map<string, Session>();
  const find = (id: string): Session => {
    const session = sessions.get(id);
    if (session !== undefined) return session;
    throw new GoogleProblem(404, "Upload session not found.", { reason: "notFound" });
  };
  return {
    begin(upload, total) {
      const id = randomBytes(18).toString("base64url");
      const file = world.buckets.stage();
      writeFileSync(file, "");
      sessions.set(id, { upload, file, kept: 0, total, done: undefined });
      const query = `uploadType=resumable&name=${encodeURIComponent(upload.name)}&upload_id=${id}`;
      const location = `${world.url()}/upload/storage/v1/b/${upload.bucket}/o?${query}`;
      return { headers: { location, "x-guploader-uploadid": id }, text: "" };
    },
    async write(exchange, id) {
      const session = find(id);
      if (session.done !== undefined) return session.done;
      const range = readRange(exchange.request.headers["content-range"], session.kept);
      if (
        session.total !== undefined &&
        range.total !== undefined &&
        session.total !== range.total
      ) {
        throw invalid(
          `Content-Range says ${range.total} bytes, the upload was begun with ${session.total}.`,
        );
      }
      session.total ??= range.total;
      if (range.start === undefined) return progress(session);
      return takeChunk(world, exchange, session, { start: range.start, end: range.end });
    },
    cancel(id) {
      rmSync(find(id).file, { force: true });
      sessions.delete(id);
      return { status: 499, text: "" };
    },
  };
}

async function takeChunk(
  world: World,
  exchange: Exchange,
  session: Session,
  range: { start: number; end: number | undefined },
): Promise<Reply> {
  if (range.start !== session.kept) {
    const message = `Invalid request.  According to the Content-Range header, the upload offset is ${range.start} byte(s), which differs from the already uploaded size of ${session.kept} byte(s).`;
    throw new GoogleProblem(503, message);
  }
  const { bytes, whole } = await receive(exchange, session.file, session.kept);
  const arrived = session.kept + bytes;
  if (!whole) {
    session.kept = arrived - (arrived % quantum);
    await keepOnly(session.file, session.kept);
    throw new Cut();
  }
  if (range.end !== undefined && arrived !== range.end) {
    await keepOnly(session.file, session.kept);
    throw invalid(
      `Invalid request.  There were ${bytes} byte(s) in the request body.  There should have been ${range.end - range.start} byte(s).`,
    );
  }
  // `bytes 0-*/*` ends with its body.
  const total = session.total ?? (range.end === undefined ? arrived : undefined);
  if (total !== arrived && arrived % quantum !== 0) {
    await keepOnly(session.file, session.kept);
    throw invalid(
      `Invalid request.  The number of bytes uploaded is required to be equal or greater than ${quantum}, except for the final request (it's recommended to be the exact multiple of ${quantum}).  The received request contained ${bytes} bytes, which does not meet this requirement.`,
    );
  }
  session.kept = arrived;
  if (total !== arrived) return progress(session);
  const announced = exchange.request.headers["x-goog-hash"];
  session.done = await storeUpload(world, session.upload, session.file, announced?.toString());
  return session.done;
}

function progress({ kept }: Session): Reply {
  return { status: 308, headers: kept > 0 ? { range: `bytes=0-${kept - 1}` } : {}, text: "" };
}

/** `bytes 0-99/200`, with `*` for an unknown end or total; `bytes *\/200` asks how far it is. `end` is exclusive. */
function readRange(
  header: string | undefined,
  kept: number,
): { start: number | undefined; end: number | undefined; total: number | undefined } {
  if (header === undefined) return { start: kept, end: undefined, total: undefined };
  const found = /^bytes (?:\*|(\d+)-(\d+|\*))\/(\d+|\*)$/.exec(header);
  if (found === null) throw invalid(`Failed to parse Content-Range header: ${header}`);
  const [, start, last, total] = found;
  return {
    start: start === undefined ? undefined : Number(start),
    end: last === undefined || last === "*" ? undefined : Number(last) + 1,
    total: total === undefined || total === "*" ? undefined : Number(total),
  };
}
