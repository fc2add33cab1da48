import { hasEnded } from "../../core/run.ts";
import { readSpec, readState } from "../../storage/run-record.ts";
import type { RunHandle } from "../backend.ts";
import { markCancelled } from "../cancel-mark.ts";
import { readRemoteFile } from "./remote-file.ts";
import type { Remote } from "./remote.ts";

/** Asks the place to stop the run's job. One that is being submitted sees the mark and is not. */
export async function cancelJob(remote: Remote, { folder }: RunHandle): Promise<void> {
  const state = await readState(folder);
  if (state !== undefined && hasEnded(state.state)) return;
  await markCancelled(folder);
  const spec = await readSpec(folder);
  const job = (await readRemoteFile(folder)).job ?? (await remote.find(spec));
  if (job !== undefined) await remote.cancel(spec, job);
}
