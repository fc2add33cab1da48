import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";

let known: string | undefined;

/**
 * What tells this build of the program from any other, which may derive something else from the same files: a hash over
 * the names of its files, which carry a hash of their contents. The same for as long as the process runs.
 */
export function buildId(): string {
  known ??= createHash("sha256")
    .update(readdirSync(import.meta.dirname).toSorted().join("\n"))
    .digest("hex")
    .slice(0, 16);
  return known;
}
