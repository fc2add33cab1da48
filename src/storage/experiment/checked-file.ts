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

/** What was found under this key; undefined where something has changed since, or nothing was kept. */
export function readChecked<Checked>(
  ws: Workspace,
  experiment: string,
  key: string,
): Checked | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(paths.checked(ws, experiment), "utf8"));
    return (kept as { key?: unknown }).key === key
      ? (kept as { checked: Checked }).checked
      : undefined;
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
  const text = `${JSON.stringify({ key, checked })}\n`;
  await writeAtomic(paths.checked(ws, experiment), text).catch(() => undefined);
}
