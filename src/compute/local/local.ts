import { trueState } from "../../core/run/run-state.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readEvidence, workspaceOfRun } from "../../storage/run/run-record.ts";
import type { Access, Backend, Place, Plan, Wish } from "../backend.ts";
import { readLog } from "../run-log.ts";
import { cancelRun, press } from "./cancel.ts";
import { launchSupervisor } from "./launch.ts";
import { superviseScript } from "./supervisor.ts";

/** This machine: a detached supervisor per run, the script in a process group of its own. */
export const local: Place = {
  choices: [
    { label: "Local", hint: "on this machine", debug: false },
    { label: "Local, debug", hint: "little data, one epoch; never recorded", debug: true },
  ],
  elsewhere: false,
  plan: async (wish) => planLocal(wish),
  open: async ({ program, env }: Access): Promise<Backend> => ({
    check: async () => [],
    submit: (submission) => launchSupervisor(program, submission),
    supervise: ({ folder }) => superviseScript(folder, { cwd: workspaceOfRun(folder), env }),
    status: async ({ folder }) => trueState((await readEvidence(folder)).evidence),
    logs: readLog,
    cancel: ({ folder }, graceSeconds) => cancelRun(folder, graceSeconds),
    press: ({ folder }, times) => press(folder, times),
  }),
};

const flags: Record<keyof Wish, string> = {
  gpu: "--gpu",
  count: "--count",
  machine: "--machine",
  spot: "--spot",
  flexStart: "--flex-start",
  timeoutSeconds: "--timeout",
  maxCost: "--max-cost",
};

function planLocal(wish: Wish): Plan {
  const given = Object.entries(wish).find(([, value]) => value !== undefined && value !== false);
  if (given === undefined) return { place: {}, says: [] };
  const flag = flags[given[0] as keyof Wish];
  throw new UserError({
    code: "local-wish",
    message: `${flag} has no meaning on this machine: a run takes what is here`,
    expected: `${flag} with --on vertex`,
    next: "leave it out, or add --on vertex",
    exitCode: 2,
  });
}
