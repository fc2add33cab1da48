import { open } from "node:fs/promises";
import path from "node:path";
import { readEvidence, readSpec, recordFiles } from "../../storage/run-record.ts";
import { trueState } from "../../core/run-state.ts";
import type { Backend, LogPiece, Place, RunHandle } from "../backend.ts";
import { cancelRun, press } from "./cancel.ts";
import { launchSupervisor } from "./launch.ts";

/** This machine: a detached supervisor per run, the script in a process group of its own. */
export const local: Place = {
  choices: [
    { label: "Local", hint: "on this machine", debug: false },
    { label: "Local, debug", hint: "little data, one epoch; never recorded", debug: true },
  ],
  open: (program): Backend => ({
    check: async () => [],
    submit: (submission) => launchSupervisor(program, submission),
    status: async ({ folder }) => trueState((await readEvidence(folder)).evidence),
    logs: readLog,
    cancel: ({ folder }, graceSeconds) => cancelRun(folder, graceSeconds),
    press: ({ folder }, times) => press(folder, times),
    fetch: async () => undefined,
    find,
  }),
};

async function find(folder: string): Promise<RunHandle | undefined> {
  const spec = await readSpec(folder).catch(() => undefined);
  return spec?.backend === "local" ? { id: spec.id, folder } : undefined;
}

const pieceSize = 256 * 1024;

async function readLog({ folder }: RunHandle, cursor: number): Promise<LogPiece> {
  const file = await open(path.join(folder, recordFiles.log)).catch(() => undefined);
  if (file === undefined) return { bytes: new Uint8Array(), cursor };
  try {
    const piece = await file.read(new Uint8Array(pieceSize), 0, pieceSize, cursor);
    return { bytes: piece.buffer.subarray(0, piece.bytesRead), cursor: cursor + piece.bytesRead };
  } finally {
    await file.close();
  }
}
