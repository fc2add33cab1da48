import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { writeAtomic } from "./atomic-write.ts";
import { paths } from "../workspace/paths.ts";
import { readTextIfAny } from "./read-text.ts";

/**
 * Addresses of uploads under way, one file each. Whoever holds such an address may write
 * that one object, so the folder is the user's own.
 */
export function uploadSessions(ws: { root: string }) {
  const folder = paths.uploadSessions(ws);
  const fileOf = (upload: string) =>
    path.join(folder, createHash("sha256").update(upload).digest("hex"));
  return {
    async find(upload: string): Promise<string | undefined> {
      const text = (await readTextIfAny(fileOf(upload))) ?? "";
      return /^https?:\/\/\S+$/.test(text.trim()) ? text.trim() : undefined;
    },
    async keep(upload: string, session: string): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeAtomic(fileOf(upload), `${session}\n`);
    },
    async drop(upload: string): Promise<void> {
      await rm(fileOf(upload), { force: true });
    },
  };
}
