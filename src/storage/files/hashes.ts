import { createHash } from "node:crypto";
import { readdir, readlink, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { writeAtomic } from "./atomic-write.ts";
import { paths } from "../workspace/paths.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { unreadable } from "./read-failure.ts";
import { openPlain, readTextIfAny } from "./read-text.ts";

/** SHA-256 of a file's bytes in hex, read as a stream. Throws a UserError where it is no plain file. */
export async function hashFile(file: string): Promise<string> {
  const handle = await openPlain(file);
  if (handle === undefined) throw unreadable(file, "it is not there");
  const hash = createHash("sha256");
  await pipeline(handle.createReadStream(), hash);
  return hash.digest("hex");
}

/**
 * SHA-256, hex, over relative paths and contents in the order of the paths; links count as what they name. Only the files
 * that are `wanted`, by their path in the folder.
 */
export async function hashFolder(
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await filesUnder(folder)).filter(wanted)) {
    const file = path.join(folder, name);
    const link = await readlink(file).catch(() => undefined);
    const content = link === undefined ? await hashFile(file) : `-> ${link}`;
    hash.update(`${JSON.stringify(name)} ${content}\n`);
  }
  return hash.digest("hex");
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

const cacheSchema = z.record(z.string(), z.object({ stamp: z.string(), sha256: z.string() }));
type Cache = z.output<typeof cacheSchema>;

/** A file changed less than this before it is hashed may change again within one tick of its clock. */
const stableAfterMs = 2_000;

/**
 * SHA-256 by path relative to the workspace, for those of `files` that are there. A file whose size, times and inode
 * are as last time is not read again.
 */
export async function hashData(
  ws: Pick<Workspace, "root">,
  files: readonly string[],
): Promise<Record<string, string>> {
  const cacheFile = paths.dataHashes(ws);
  const known = await readCache(cacheFile, cacheSchema);
  const fresh: Cache = {};
  const hashes: Record<string, string> = {};
  for (const file of files) {
    const stamp = await stampOf(file);
    if (stamp === undefined) continue;
    const name = path.relative(ws.root, file);
    const before = known[name];
    const sha256 = before?.stamp === stamp.text ? before.sha256 : await hashFile(file);
    hashes[name] = sha256;
    if (stamp.stable && before?.stamp !== stamp.text) fresh[name] = { stamp: stamp.text, sha256 };
  }
  if (Object.keys(fresh).length > 0) {
    await writeAtomic(cacheFile, JSON.stringify({ ...known, ...fresh }, null, 1));
  }
  return hashes;
}

/** A cache as it was left; empty where there is none or it cannot be read. */
export async function readCache<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = (await readTextIfAny(file)) ?? "{}";
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return schema.parse({});
  }
}

/** What tells whether a file has changed, and whether it was at rest; undefined where it is no file. */
export async function stampOf(
  file: string,
): Promise<{ text: string; stable: boolean } | undefined> {
  const facts = await stat(file, { bigint: true }).catch(() => undefined);
  if (facts === undefined || !facts.isFile()) return undefined;
  const { size, mtimeNs, ctimeNs, ino } = facts;
  const changed = Number(facts.ctimeMs > facts.mtimeMs ? facts.ctimeMs : facts.mtimeMs);
  return {
    text: [size, mtimeNs, ctimeNs, ino].join(" "),
    stable: Date.now() - changed > stableAfterMs,
  };
}
