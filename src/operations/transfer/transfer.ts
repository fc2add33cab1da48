import type { Context } from "../../core/context.ts";
import { type Direction, planTransfer } from "../../core/transfer/transfer.ts";
import type { NextAction } from "../../core/errors/next-action.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import {
  type FilePair,
  diffWithBucket,
  sourceOf,
  type TransferRequest,
} from "./diff-with-bucket.ts";
import { moveFiles } from "./move-files.ts";
import { namedFiles, type TransferOutput } from "./transfer-output.ts";

/** Moves what differs between folders of the workspace and the bucket; nothing is deleted on either side. */
export async function transfer(
  context: Context,
  ws: Workspace,
  request: TransferRequest,
): Promise<TransferOutput> {
  try {
    return await transferWhole(context, ws, request);
  } catch (error) {
    throw fileProblem(error);
  }
}

/** What this machine's disk refuses, as a UserError that names the file. */
function fileProblem(error: unknown): unknown {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (error instanceof UserError || code === undefined || path === undefined) return error;
  return new UserError(
    {
      code: "cannot-use-file",
      message: `${path}: ${message}`,
      next: "see what is in the way there, then run the same command again",
    },
    { cause: error },
  );
}

async function transferWhole(
  context: Context,
  ws: Workspace,
  request: TransferRequest,
): Promise<TransferOutput> {
  const { direction, bucket, dryRun } = request;
  const found = await diffWithBucket(context, ws, request);
  if (!found.pairs.some((pair) => sourceOf(direction, pair) !== undefined)) {
    throw nothingThere(request);
  }
  const plan = planTransfer(direction, found.pairs, request);
  const known = { direction, bucket: bucket.name, dryRun, leftOut: found.leftOut };
  const conflicts = [
    ...found.refused,
    ...plan.conflicts.map((pair) => ({ path: pair.path, why: newerThere(direction, pair) })),
  ];
  const changed = dryRun
    ? []
    : await withWorkspaceLock(ws, "transfer", () => moveFiles(context, ws, request, plan.move));
  const skipped = new Set(changed.map((one) => one.path));
  const moved = plan.move
    .filter((pair) => !skipped.has(pair.path))
    .map((pair) => ({ path: pair.path, bytes: sourceOf(direction, pair)!.size }));
  return {
    ...known,
    moved: moved.length,
    bytes: moved.reduce((sum, { bytes }) => sum + bytes, 0),
    kept: plan.keep.length,
    files: moved.slice(0, namedFiles),
    conflicts: [...conflicts, ...changed],
  };
}

function newerThere(direction: Direction, { local, remote }: FilePair): string {
  const [here, there] = [moment(local!.mtimeMs), moment(remote!.mtimeMs)];
  const side = direction === "push" ? "in the bucket" : "here";
  const how = here === there ? "as old" : "newer";
  return `differs and is ${how} ${side} (here ${here}, bucket ${there})`;
}

function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function nothingThere({ direction, bucket, folders }: TransferRequest): UserError {
  const what = folders.join(", ");
  return new UserError({
    code: "nothing-there",
    message:
      direction === "push"
        ? `there is nothing to push: no file in ${what}`
        : `there is nothing to pull: no object under gs://${bucket.name}/${what}/`,
    next: otherWay(direction, what.startsWith("data/")),
  });
}

/** What may fetch what is missing: the same files, the other way. */
function otherWay(direction: Direction, data: boolean): NextAction {
  const why = direction === "push" ? "fetches what is in the bucket" : "copies what is here";
  if (data) {
    return direction === "push"
      ? { operation: "data pull", input: {}, why }
      : { operation: "data push", input: {}, why };
  }
  return direction === "push"
    ? { operation: "artifacts pull", input: {}, why }
    : { operation: "artifacts push", input: {}, why };
}
