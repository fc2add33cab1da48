import { existsSync } from "node:fs";
import path from "node:path";
import { trueState } from "../../core/run/run-state.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readEvidence, recordFiles, workspaceOfRun } from "../../storage/run/run-record.ts";
import type { Access, Backend, ComputeTarget, Plan, MachineRequest } from "../backend.ts";
import { readLog } from "../run-log.ts";
import { cancelRun, interrupt } from "./cancel.ts";
import { launchSupervisor } from "./launch.ts";
import { superviseScript } from "./supervisor.ts";

/** This machine: a detached supervisor per run, the script in a process group of its own. */
export const local: ComputeTarget = {
  choices: [
    { label: "Local", hint: "on this machine", debug: false },
    { label: "Local, debug", hint: "little data, one epoch; never recorded", debug: true },
  ],
  setup: async () => ({ state: "ready" }),
  remote: false,
  plan: async (request) => planLocal(request),
  open: async ({ program, env }: Access): Promise<Backend> => ({
    check: async () => [],
    submit: (request) => launchSupervisor(program, request),
    supervise: ({ folder }) =>
      superviseScript(folder, { cwd: folderToRunIn(folder), env, program }),
    status: async ({ folder }) => trueState((await readEvidence(folder)).evidence),
    logs: readLog,
    cancel: ({ folder }, graceSeconds) => cancelRun(folder, graceSeconds),
    interrupt: ({ folder }, times) => interrupt(folder, times),
  }),
};

/** The workspace that was laid out for the run; the user's own where none was. */
function folderToRunIn(record: string): string {
  const laidOut = path.join(record, recordFiles.workspace);
  return existsSync(laidOut) ? laidOut : workspaceOfRun(record);
}

const flags: Record<keyof MachineRequest, string> = {
  gpu: "--gpu",
  count: "--count",
  machine: "--machine",
  spot: "--spot",
  flexStart: "--flex-start",
  timeoutSeconds: "--timeout",
  maxCost: "--max-cost",
};

function planLocal(request: MachineRequest): Plan {
  const given = Object.entries(request).find(([, value]) => value !== undefined && value !== false);
  if (given === undefined) return { target: {}, summary: [] };
  const flag = flags[given[0] as keyof MachineRequest];
  throw new UserError({
    code: "local-request",
    message: `${flag} does not apply on this machine: a run uses the hardware it has`,
    expected: `${flag} with --on vertex`,
    next: "leave it out, or add --on vertex",
    exitCode: 2,
  });
}
