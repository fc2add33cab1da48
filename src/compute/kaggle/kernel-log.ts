import { isNotThere, KaggleError } from "../../clients/kaggle/kaggle-error.ts";
import {
  type KernelLogEvent,
  parseKernelLog,
  streamKernelLog,
} from "../../clients/kaggle/kernel-logs.ts";
import { type KernelRef, listKernelOutput } from "../../clients/kaggle/kernels.ts";
import type { Kaggle } from "../../clients/kaggle/open-kaggle.ts";
import type { RemotePiece } from "../remote/remote.ts";

/** A stream that is idle for so long has said what there is. */
const idleMs = 1_500;

/**
 * Output after the cursor, a number of bytes. Kaggle gives a log from its beginning only: whole once the session has
 * ended, until then as a stream that is read until nothing more comes.
 */
export async function readKernelLog(
  kaggle: Kaggle,
  kernel: KernelRef,
  cursor: string | null,
): Promise<RemotePiece> {
  const seen = Number(cursor ?? 0);
  const { log } = await outputOf(kaggle, kernel);
  const events = log === "" ? await readStream(kaggle, kernel) : parseKernelLog(log);
  const bytes = Buffer.from(events.map(({ data }) => data ?? "").join("")).subarray(seen);
  return { bytes, cursor: String(seen + bytes.length) };
}

async function outputOf(kaggle: Kaggle, kernel: KernelRef): Promise<{ log: string }> {
  try {
    return await listKernelOutput(kaggle, kernel);
  } catch (error) {
    if (isNotThere(error)) return { log: "" };
    throw error;
  }
}

async function readStream(kaggle: Kaggle, kernel: KernelRef): Promise<KernelLogEvent[]> {
  const idle = new AbortController();
  const stop = () => idle.abort();
  let timer = setTimeout(stop, idleMs);
  const events: KernelLogEvent[] = [];
  try {
    for await (const event of streamKernelLog(kaggle, kernel, idle.signal)) {
      events.push(event);
      clearTimeout(timer);
      timer = setTimeout(stop, idleMs);
    }
  } catch (error) {
    // Not there yet, broken off or idle: what came is from the beginning all the same.
    if (!(error instanceof KaggleError) && !idle.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return events;
}
