import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";

let known: string | undefined;

/**
 * What tells this build of the program from any other, which may derive something else from the same files: a hash over
 * the names of its files, which carry a hash of their contents. The same for as long as the process runs.
 */
export function buildId(): string {
  known ??= hashOf(
    readdirSync(import.meta.dirname)
      .toSorted()
      .join("\n"),
  );
  return known;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
