import type { Exchange, Reply } from "../exchange.ts";
import { GoogleProblem } from "../google-problem.ts";
import type { World } from "../world.ts";
import { requireObject } from "./find-object.ts";
import { etagOf } from "./object-resource.ts";
import { requirePreconditions } from "./preconditions.ts";

/** Answers objects.get with alt=media: the whole object, or the one range that the reader asks for. */
export async function download(world: World, exchange: Exchange): Promise<Reply> {
  const store = world.buckets;
  const object = requireObject(store, exchange);
  requirePreconditions(exchange.query, object, { reading: true });
  const { md5Hash, crc32c } = await store.hashes(object);
  const range = readRange(exchange.request.headers.range, object.size);
  const { start, end } = range ?? { start: 0, end: object.size };
  const headers: Record<string, string> = {
    "content-type": object.set.contentType ?? "application/octet-stream",
    "accept-ranges": "bytes",
    "last-modified": object.updated.toUTCString(),
    etag: etagOf(object),
    "x-goog-generation": object.generation,
    "x-goog-metageneration": String(object.metageneration),
    "x-goog-storage-class": "STANDARD",
    "x-goog-stored-content-encoding": object.set.contentEncoding ?? "identity",
    "x-goog-stored-content-length": String(object.size),
    "x-goog-hash": `crc32c=${crc32c}${object.parts === undefined ? `,md5=${md5Hash}` : ""}`,
  };
  if (object.set.contentEncoding) headers["content-encoding"] = object.set.contentEncoding;
  if (range !== undefined) headers["content-range"] = `bytes ${start}-${end - 1}/${object.size}`;
  const status = range === undefined ? 200 : 206;
  if (object.file === undefined) return { status, headers, text: "" };
  return { status, headers, file: { path: object.file, start, end } };
}

/** Start and exclusive end; undefined where all of it is wanted. Throws 416. */
function readRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (found === null || (found[1] === "" && found[2] === "")) return undefined;
  const [, first = "", last = ""] = found;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (start < end) return { start, end };
  const message = `The requested range cannot be satisfied: ${header ?? ""} of ${size} bytes.`;
  throw new GoogleProblem(416, message);
}
