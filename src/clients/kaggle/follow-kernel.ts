import { setTimeout as pause } from "node:timers/promises";
import { backoffWaits } from "../../core/backoff.ts";
import { KaggleError } from "./kaggle-error.ts";
import { type KernelLogEvent, parseKernelLog, streamKernelLog } from "./kernel-logs.ts";
import {
  getKernelSession,
  type KernelRef,
  type KernelSession,
  listKernelOutput,
} from "./kernels.ts";
import type { Kaggle } from "./open-kaggle.ts";

export interface FollowedKernel {
  /** COMPLETE, ERROR, CANCEL_ACKNOWLEDGED; `running` where the time was over first. */
  status: string;
  /** Kaggle's reason; empty without one. */
  failure: string;
}

export interface FollowOptions {
  /** Text of the kernel's output as it comes, each part once. */
  log(text: string): void;
  /** A change of its state. */
  news(text: string): void;
  timeoutSeconds: number;
  signal?: AbortSignal | undefined;
}

const ended = new Set(["COMPLETE", "ERROR", "CANCEL_ACKNOWLEDGED"]);

/** Follows a kernel's version until its session has ended, showing its log as it runs. Throws a KaggleError. */
export async function followKernel(
  kaggle: Kaggle,
  kernel: KernelRef,
  { log, news, timeoutSeconds, signal }: FollowOptions,
): Promise<FollowedKernel> {
  const shown = showOnce(log);
  const stop = new AbortController();
  let tail: Promise<void> | undefined;
  let before: string | undefined;
  let waited = 0;
  try {
    for (const wait of backoffWaits(500, 15_000)) {
      const { status, failureMessage } = await sessionOf(kaggle, kernel);
      // The first answer after a push may still be about the version before; a second one decides it.
      if (ended.has(status) && before !== undefined)
        return { status, failure: failureMessage ?? "" };
      if (status !== before) news(`v${kernel.version} is ${status.toLowerCase()}`);
      before = status;
      if (waited >= timeoutSeconds * 1000 || signal?.aborted === true)
        return { status: "running", failure: "" };
      if (status === "RUNNING")
        tail ??= streamLog(kaggle, kernel, shown, stop.signal).finally(() => (tail = undefined));
      await pause(wait);
      waited += wait;
    }
    throw new Error("unreachable");
  } finally {
    stop.abort();
    await tail?.catch(() => {});
    await showRest(kaggle, kernel, shown);
  }
}

/** Early after a push the version is not known yet, which counts as queued. */
async function sessionOf(
  kaggle: Kaggle,
  kernel: KernelRef,
): Promise<Pick<KernelSession, "status" | "failureMessage">> {
  try {
    return await getKernelSession(kaggle, kernel);
  } catch (error) {
    if (error instanceof KaggleError && error.status === 404)
      return { status: "QUEUED", failureMessage: null };
    throw error;
  }
}

type Show = (event: KernelLogEvent, position: number) => void;

/** Shows each event of a log once, however often the log is read from its beginning. */
function showOnce(log: (text: string) => void): Show {
  let seen = 0;
  return (event, position) => {
    if (position < seen) return;
    seen = position + 1;
    if (event.data) log(event.data);
  };
}

/** A stream that breaks is no failure of the kernel: the next look opens another. */
async function streamLog(
  kaggle: Kaggle,
  kernel: KernelRef,
  show: Show,
  signal: AbortSignal,
): Promise<void> {
  let position = 0;
  try {
    for await (const event of streamKernelLog(kaggle, kernel, signal)) show(event, position++);
  } catch (error) {
    if (!(error instanceof KaggleError) && !signal.aborted) throw error;
  }
}

async function showRest(kaggle: Kaggle, kernel: KernelRef, show: Show): Promise<void> {
  try {
    const { log } = await listKernelOutput(kaggle, kernel);
    for (const [position, event] of parseKernelLog(log).entries()) show(event, position);
  } catch (error) {
    if (!(error instanceof KaggleError)) throw error;
  }
}
