import path from "node:path";
import { stringify } from "yaml";
import { type Experiment, experimentFileSchema } from "../../core/experiment/experiment.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { readText } from "../files/read-text.ts";
import { readYaml } from "../files/read-yaml.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

const fileName = "experiment.yml";

/** `models/<name>/experiment.yml`; one without the file is an experiment made by hand. */
export async function readExperiment(ws: Workspace, name: string): Promise<Experiment> {
  const file = path.join(paths.experiment(ws, name), fileName);
  const text = await readText(file);
  if (text === undefined) return unknown(name);
  const read = readYaml(text);
  if (!read.ok) throw notExperiment(file, read.message, read.line);
  const result = experimentFileSchema.safeParse(read.value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw notExperiment(file, [issue!.path.join("."), issue!.message].filter(Boolean).join(": "));
}

/** As `readExperiment`; what cannot be read is a problem, and leaves what the name says. */
export async function readExperimentOrProblem(
  ws: Workspace,
  name: string,
): Promise<{ experiment: Experiment; problem?: Problem }> {
  try {
    return { experiment: await readExperiment(ws, name) };
  } catch (error) {
    const file = path.join(paths.experiment(ws, name), fileName);
    return { experiment: unknown(name), problem: problemOf(error, file) };
  }
}

function unknown(name: string): Experiment {
  return { name, parent: null, task: null, hypothesis: null, created: "" };
}

function notExperiment(file: string, reason: string, line?: number): UserError {
  return new UserError({
    code: "experiment-yml",
    message: `${file} cannot be read as an experiment: ${reason}`,
    at: { file, ...(line === undefined ? {} : { line }) },
    expected:
      "name: exp001\nparent: null\ntask: TASK-1\nhypothesis: what is tried\ncreated: 2026-11-23T01:15:30Z",
    next: `fix ${file}`,
  });
}

export async function writeExperiment(folder: string, experiment: Experiment): Promise<void> {
  await writeAtomic(path.join(folder, fileName), stringify(experiment));
}
