import type { Wish } from "../../compute/backend.ts";
import type { RunSpec } from "../../core/run.ts";

/** What is to be run, before anything is prepared. */
export interface RunRequest {
  kind: RunSpec["kind"];
  experiment: string | null;
  /** Relative to the workspace. */
  script: string;
  args: string[];
  debug: boolean;
  backend: string;
  /** What is wished for of the place. */
  wish?: Wish;
}
