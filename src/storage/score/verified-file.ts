import { z } from "zod";
import { type LineVerdict, verifyOutcomes } from "../../core/score/verification.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { stampOf } from "../files/hashes.ts";
import { paths } from "../workspace/paths.ts";
import { withWorkspaceLock } from "../workspace/workspace-lock.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { readTextIfAny } from "../files/read-text.ts";

/** What `verify` found of an experiment's lines, by the SHA-256 of each line's text: an edited line has no verdict. */
const experimentSchema = z.object({
  at: z.string(),
  lines: z.record(
    z.string(),
    z.object({ outcome: z.enum(verifyOutcomes), why: z.array(z.string()) }),
  ),
});
const verifiedSchema = z.object({
  schema: z.literal(1),
  experiments: z.record(z.string(), experimentSchema),
});

/** The last verdicts of an experiment's lines, and when they were given (ISO 8601, UTC). */
export type VerifiedExperiment = z.output<typeof experimentSchema>;
export type Verified = z.output<typeof verifiedSchema>["experiments"];

/** The last file that was read: it is asked for with every ledger. */
let known: { file: string; stamp: string; value: Promise<Verified> } | undefined;

/** What the last `verify` found, by experiment. Empty where there was none, or its file cannot be read. */
export async function readVerified(ws: Pick<Workspace, "root">): Promise<Verified> {
  const file = paths.verified(ws);
  const stamp = await stampOf(file);
  if (stamp === undefined) return {};
  if (known?.file !== file || known.stamp !== stamp.text)
    known = { file, stamp: stamp.text, value: parse(file) };
  return known.value;
}

async function parse(file: string): Promise<Verified> {
  try {
    return verifiedSchema.parse(JSON.parse((await readTextIfAny(file)) ?? "")).experiments;
  } catch {
    return {};
  }
}

/** Keeps the verdicts of these experiments; those of others stay, unless `all` says that there are no others. */
export async function writeVerified(
  ws: Workspace,
  found: ReadonlyMap<string, ReadonlyMap<string, LineVerdict>>,
  { at, all }: { at: string; all: boolean },
): Promise<void> {
  await withWorkspaceLock(ws, "verified", async () => {
    const before = all ? {} : await readVerified(ws);
    const now = [...found].map(([experiment, lines]) => [
      experiment,
      { at, lines: Object.fromEntries(lines) },
    ]);
    const experiments = { ...before, ...Object.fromEntries(now) };
    await writeAtomic(paths.verified(ws), `${JSON.stringify({ schema: 1, experiments })}\n`);
  });
}
