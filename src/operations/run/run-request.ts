import type { MachineRequest } from "../../compute/backend.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";

/** What is to be run, before anything is prepared. */
export interface RunRequest {
  kind: RunSpec["kind"];
  experiment: string | null;
  /** Relative to the workspace. */
  script: string;
  /** Where the script is taken from when it is not the workspace's own; such a one reads none of its data. */
  scriptFile?: string;
  args: string[];
  debug: boolean;
  backend: string;
  /** What is asked of the compute target. */
  machine?: MachineRequest;
}
