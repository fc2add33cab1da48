import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse, stringify } from "yaml";
import { type Experiment, experimentFileSchema } from "../../core/experiment/experiment.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

const fileName = "experiment.yml";

/** `models/<name>/experiment.yml`; one without the file is an experiment made by hand. */
export async function readExperiment(ws: Workspace, name: string): Promise<Experiment> {
  const file = path.join(paths.experiment(ws, name), fileName);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { name, parent: null, task: null, hypothesis: null, created: "" };
  try {
    return experimentFileSchema.parse(parse(text));
  } catch (error) {
    throw new UserError(
      {
        code: "experiment-yml",
        message: "cannot be read as an experiment",
        at: { file },
        expected:
          "name: exp001\nparent: null\ntask: TASK-1\nhypothesis: what is tried\ncreated: 2026-11-23T01:15:30Z",
        next: `fix ${file}`,
      },
      { cause: error },
    );
  }
}

export async function writeExperiment(folder: string, experiment: Experiment): Promise<void> {
  await writeAtomic(path.join(folder, fileName), stringify(experiment));
}
