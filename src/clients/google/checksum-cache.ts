import path from "node:path";
import { z } from "zod";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { readCache, stampOf } from "../../storage/files/hashes.ts";
import { paths } from "../../storage/workspace/workspace.ts";
import { type HashKind, readInto, startHash } from "../http/checksum.ts";

const cacheSchema = z.record(z.string(), z.object({ stamp: z.string(), value: z.string() }));
type Cache = z.output<typeof cacheSchema>;

/** Hashes of a workspace's files as Cloud Storage has them. A file that has not changed is not read again. */
export interface ChecksumCache {
  /** In base64, of a path relative to the workspace. */
  hash(name: string, kind: HashKind): Promise<string>;
  /** Keeps what was learnt for the next command. */
  save(): Promise<void>;
}

export async function openChecksumCache(ws: { root: string }): Promise<ChecksumCache> {
  const cacheFile = paths.bucketChecksums(ws);
  const known = await readCache(cacheFile, cacheSchema);
  const fresh: Cache = {};
  return {
    async hash(name, kind) {
      const file = path.join(ws.root, name);
      const key = `${kind} ${name}`;
      const stamp = await stampOf(file);
      const before = known[key];
      if (before !== undefined && before.stamp === stamp?.text) return before.value;
      const value = (await readInto(startHash(kind), file)).digest();
      if (stamp?.stable === true) fresh[key] = { stamp: stamp.text, value };
      return value;
    },
    async save() {
      if (Object.keys(fresh).length === 0) return;
      await writeAtomic(cacheFile, JSON.stringify({ ...known, ...fresh }));
    },
  };
}
