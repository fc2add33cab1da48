import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeAtomic } from "../files/atomic-write.ts";
import { buildId } from "../index/build-id.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

/**
 * SHA-256, hex, over all that the findings of an experiment follow from: this build of the program, project.yml, the
 * experiment's name and the texts of its files.
 */
export function checkedKey(
  { project }: Workspace,
  experiment: string,
  sources: ReadonlyMap<string, string>,
): string {
  const from = [buildId(), project, experiment, [...sources]];
  return createHash("sha256").update(JSON.stringify(from)).digest("hex");
}

/** What was found under this key; undefined where something has changed since, or nothing was kept as it was written. */
export function readChecked<Checked>(
  ws: Workspace,
  experiment: string,
  key: string,
): Checked | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(paths.checked(ws, experiment), "utf8"));
    const { sha256, checked } = kept as { sha256?: unknown; checked: Checked };
    return sha256 === sumOf(key, checked) ? checked : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what was found. Where it cannot be written, the next command finds it again. */
export async function keepChecked(
  ws: Workspace,
  experiment: string,
  key: string,
  checked: unknown,
): Promise<void> {
  const text = `${JSON.stringify({ sha256: sumOf(key, checked), checked })}\n`;
  await writeAtomic(paths.checked(ws, experiment), text).catch(() => undefined);
}

/** Over what was found too: a file that was damaged or written by hand says nothing. */
function sumOf(key: string, checked: unknown): string {
  return createHash("sha256")
    .update(`${key}\n${JSON.stringify(checked)}`)
    .digest("hex");
}
