import { supervise } from "../../operations/run/supervise.ts";
import { withSecretsMasked } from "../shared/masked.ts";
import { makeContext } from "./context.ts";
import { usageError } from "./usage-error.ts";

/** The hidden command that looks after a local run; its stderr is the run's supervisor.log. */
export async function runSupervisor([runDir]: readonly string[]): Promise<number> {
  if (runDir === undefined) throw usageError("supervise needs a run's folder", "");
  // The terminal may go away; the run stays.
  process.on("SIGHUP", () => {});
  const context = makeContext({ cwd: undefined, json: true, write: () => {} });
  await withSecretsMasked(context, undefined, (masked) => supervise(masked, runDir));
  return 0;
}
