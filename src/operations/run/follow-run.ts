import { setTimeout as pause } from "node:timers/promises";
import type { Backend, RunHandle } from "../../compute/backend.ts";
import { hasEnded } from "../../core/run/run.ts";
import type { TrueState } from "../../core/run/run-state.ts";

const pollMs = 50;

/**
 * Passes a run's output on from `cursor`, byte for byte, until it has ended and all of it was passed on; `hear` gets what
 * there is to say about its state on the way, each time it changes.
 */
export async function followRun(
  backend: Backend,
  run: RunHandle,
  cursor: number,
  take: (bytes: Uint8Array) => void,
  hear: (summary: string) => void = () => {},
): Promise<TrueState> {
  let heard: string | null = null;
  for (let at = cursor; ;) {
    const status = await backend.status(run);
    at = await drain(backend, run, at, take);
    if (hasEnded(status.state)) return status;
    if (status.reason !== null && status.reason !== heard)
      hear(`${status.state}: ${status.reason}`);
    heard = status.reason;
    await pause(pollMs);
  }
}

/** Passes on what is there now; gives the cursor after it. */
export async function drain(
  backend: Backend,
  run: RunHandle,
  cursor: number,
  take: (bytes: Uint8Array) => void,
): Promise<number> {
  for (let at = cursor; ;) {
    const piece = await backend.logs(run, at);
    if (piece.bytes.length === 0) return at;
    take(piece.bytes);
    at = piece.cursor;
  }
}
