import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { startSession } from "./kernel-process.ts";
import type { KernelVersion } from "./kernel.ts";
import type { World } from "./world.ts";

/** Runs a version that was pushed: its state, its log and its outputs follow the process. */
export async function runVersion(world: World, version: KernelVersion): Promise<void> {
  const began = Date.now();
  let stopped = false;
  try {
    const session = await startSession(world, version, version.root, false, (entry) =>
      version.log.push(entry),
    );
    const stop = () => {
      stopped = true;
      session.kill();
    };
    const limit = version.timeoutSeconds;
    const timer = limit === undefined ? undefined : setTimeout(stop, limit * 1000);
    if (stopRequested(version)) stop();
    version.cancel = stop;
    const { code, signal } = await session.end;
    clearTimeout(timer);
    endRun(version, code, signal, stopped);
  } catch (error) {
    version.state = "ERROR";
    version.failureMessage = (error as Error).message;
  }
  if (version.enableGpu) world.quota.gpuUsedSeconds += (Date.now() - began) / 1000;
}

/** A session cancelled before its process was there has this state already. */
function stopRequested({ state }: KernelVersion): boolean {
  return state === "CANCEL_ACKNOWLEDGED";
}

function endRun(
  version: KernelVersion,
  code: number | null,
  signal: NodeJS.Signals | null,
  stopped: boolean,
): void {
  if (stopped) {
    version.state = "CANCEL_ACKNOWLEDGED";
    return;
  }
  version.state = code === 0 ? "COMPLETE" : "ERROR";
  if (signal !== null) {
    version.failureMessage =
      "Your notebook tried to allocate more memory than is available. It has restarted.";
  }
}

/** Runs a submitted version again, on the hidden files; gives back the folder it ran in. */
export async function rerunVersion(world: World, version: KernelVersion): Promise<string> {
  const root = await mkdtemp(path.join(world.settings.folder, "rerun-"));
  const session = await startSession(world, version, root, true, () => {});
  world.onClose(session.kill);
  const { code } = await session.end;
  if (code !== 0) throw new Error("Notebook Threw Exception");
  return root;
}
