import { stat } from "node:fs/promises";
import path from "node:path";
import pLimit from "p-limit";
import type { Context } from "../../core/context.ts";
import { mtimeMetadata } from "../../core/transfer/transfer.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { GoogleError } from "../../clients/google/google-error.ts";
import { googleProblem } from "../../clients/google/google-problem.ts";
import { uploadSessions } from "../../storage/files/upload-sessions.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { type FilePair, sourceOf, type TransferRequest } from "./diff-with-bucket.ts";

const atOnce = 8;

/**
 * Moves files, several at once. Returns those left alone because the other side changed meanwhile; the first failure
 * ends the work once what is under way is through, and what has arrived stays.
 */
export async function moveFiles(
  context: Context,
  ws: Workspace,
  request: TransferRequest,
  pairs: readonly FilePair[],
): Promise<{ path: string; why: string }[]> {
  const { direction, bucket } = request;
  const changed: { path: string; why: string }[] = [];
  const count = countBytes(context, request, pairs);
  const sessions = uploadSessions(ws);
  let failure: unknown;
  const move = async (pair: FilePair): Promise<void> => {
    if (failure !== undefined) return;
    try {
      if (direction === "push") await push(ws, request, pair, { sessions, onBytes: count.bytes });
      else await pull(ws, request, pair, count.bytes);
      count.file();
    } catch (error) {
      if (isChangedMeanwhile(error)) {
        changed.push({ path: pair.path, why: "changed on the other side meanwhile" });
      } else
        failure ??= googleProblem(error, {
          doing: `${direction} ${pair.path}`,
          project: ws.project.vertex?.project,
          bucket: bucket.name,
        });
    }
  };
  await pLimit(atOnce).map(pairs, move);
  if (failure === undefined) return changed;
  context.progress.step(
    `${count.files()} of ${pairs.length} files are ${direction === "push" ? `in gs://${bucket.name}` : "here"}; the same command goes on from there`,
  );
  throw failure;
}

type PushOptions = Pick<
  NonNullable<Parameters<TransferRequest["bucket"]["upload"]>[2]>,
  "sessions" | "onBytes"
>;

async function push(
  ws: Workspace,
  { bucket }: TransferRequest,
  pair: FilePair,
  options: PushOptions,
): Promise<void> {
  const file = path.join(ws.root, pair.path);
  const { mtimeMs } = await stat(file);
  await bucket.upload(file, pair.path, {
    ...options,
    ifGenerationMatch: pair.remote?.info.generation ?? "0",
    metadata: mtimeMetadata(mtimeMs),
  });
}

async function pull(
  ws: Workspace,
  { bucket }: TransferRequest,
  pair: FilePair,
  onBytes: (count: number) => void,
): Promise<void> {
  const file = path.join(ws.root, pair.path);
  const { info, mtimeMs } = pair.remote!;
  await bucket.download(pair.path, file, {
    info,
    mtime: new Date(mtimeMs),
    onBytes,
    async beforeReplace() {
      const now = await stat(file).catch(() => undefined);
      if (now?.mtimeMs !== pair.local?.mtimeMs || now?.size !== pair.local?.size) {
        throw new UserError({ code: changedMeanwhile, message: `${pair.path} changed meanwhile` });
      }
    },
  });
}

const changedMeanwhile = "changed-meanwhile";

/** 412: another generation than the one looked at. 404 on the way here: that generation is gone. */
function isChangedMeanwhile(error: unknown): boolean {
  if (error instanceof UserError) return error.code === changedMeanwhile;
  if (!(error instanceof GoogleError)) return false;
  return error.httpStatus === 412 || (error.httpStatus === 404 && !/bucket/i.test(error.message));
}

function countBytes(context: Context, { direction }: TransferRequest, pairs: readonly FilePair[]) {
  const total = pairs.reduce((sum, pair) => sum + sourceOf(direction, pair)!.size, 0);
  let bytes = 0;
  let files = 0;
  let shown = "";
  const show = (): void => {
    const label = `MB, ${files} of ${pairs.length} files`;
    const text = `${megabytes(bytes)} ${label}`;
    if (text !== shown) context.progress.portion(megabytes(bytes), megabytes(total), label);
    shown = text;
  };
  return {
    bytes(count: number) {
      bytes += count;
      show();
    },
    file() {
      files += 1;
      show();
    },
    files: () => files,
  };
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
