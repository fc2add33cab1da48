import type { z } from "zod";
import type { Context } from "../../core/context.ts";
import type { Operation } from "../../operations/operation.ts";
import { fileSystemFailure } from "../../storage/files/read-failure.ts";
import { keptViews } from "../../storage/experiment/pending-views.ts";
import { sweepTemporary } from "../../storage/files/temporary-file.ts";
import { sweepOldLeftovers } from "../../storage/workspace/old-leftovers.ts";
import { withSecretsMasked } from "./masked.ts";
import { findWorkspaceRoot, paths } from "../../storage/workspace/workspace.ts";

/**
 * Runs an operation, whatever the door, once the artifacts of the experiments that it names are put right. Secrets do
 * not leave it. What the file system refused on the way is the user's to put right, and no bug.
 */
export async function perform(
  context: Context,
  operation: Operation,
  input: z.output<z.ZodObject>,
): Promise<z.output<z.ZodType>> {
  try {
    await sweepLeftovers(context.cwd);
    return await withSecretsMasked(context, input, async (masked) => {
      await restoreViews(masked, input);
      return operation.output.parse(await operation.run(masked, input));
    });
  } catch (error) {
    throw fileSystemFailure(error);
  }
}

/** A command that was killed may have left a file that it was writing. */
async function sweepLeftovers(cwd: string): Promise<void> {
  const root = findWorkspaceRoot(cwd);
  if (root === undefined) return;
  await sweepTemporary(paths.temporary({ root }));
  await sweepOldLeftovers({ root });
}

/** A command that was killed may have left an experiment's `artifacts/` half changed, and a script started by hand may have written there. */
async function restoreViews(context: Context, input: unknown): Promise<void> {
  const root = findWorkspaceRoot(context.cwd);
  if (root === undefined) return;
  const { kept, pending } = await keptViews({ root });
  const named = new Set(textsOf(input));
  const names = new Set([...pending, ...kept.filter((name) => named.has(name))]);
  if (names.size === 0) return;
  const { renewArtifacts } = await import("../../operations/artifacts/renew-artifacts.ts");
  for (const name of names) {
    const problem = await renewArtifacts(context, { root }, name);
    if (problem !== undefined) context.progress.step(problem);
  }
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
