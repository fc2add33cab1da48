import path from "node:path";
import { stringify } from "yaml";
import { type Experiment, experimentFileSchema } from "../../core/experiment/experiment.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import { parseSimpleYaml } from "../../core/text/simple-yaml.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { readText } from "../files/read-text.ts";
import { readYaml } from "../files/read-yaml.ts";
import { mapInSlices } from "../files/slices.ts";
import { type IndexKind, openIndex, type Source, textOf } from "../index/file-index.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

const fileName = "experiment.yml";

/** `models/<name>/experiment.yml`; one without the file is an experiment made by hand. */
export async function readExperiment(ws: Workspace, name: string): Promise<Experiment> {
  const file = path.join(paths.experiment(ws, name), fileName);
  return parseExperiment(await readText(file), name, file);
}

/** Throws a UserError that names the file where the text is no experiment's; undefined where there is none. */
function parseExperiment(text: string | undefined, name: string, file: string): Experiment {
  if (text === undefined) return unknown(name);
  const result = experimentFileSchema.safeParse(valuesOf(text, file));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw notExperiment(file, [issue!.path.join("."), issue!.message].filter(Boolean).join(": "));
}

function valuesOf(text: string, file: string): unknown {
  const simple = parseSimpleYaml(text.trimEnd().split("\n"));
  if (simple !== undefined) return simple;
  const read = readYaml(text);
  if (!read.ok) throw notExperiment(file, read.message, read.line);
  return read.value;
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

/** As `readExperimentOrProblem`, of all experiments in their order. */
export async function readExperimentFiles(
  ws: Workspace,
  names: readonly string[],
): Promise<{ experiment: Experiment; problem?: Problem }[]> {
  const index = openIndex(ws, experimentIndex);
  index.retain(names);
  return mapInSlices(names, (name) => {
    const { head } = index.read(name)!;
    if ("experiment" in head) return head;
    const { message, at } = head.problem;
    const file = path.join(paths.experiment(ws, name), fileName);
    return { experiment: unknown(name), problem: { message, at: { ...at, file } } };
  });
}

/** What is wrong with a file does not name it: a workspace may be moved. */
type StoredExperiment = { experiment: Experiment } | { problem: Problem };

const experimentIndex: IndexKind<StoredExperiment, null> = {
  name: "experiments",
  shape: 1,
  text: "strict",
  filesIn: (ws) => {
    const folder = paths.experiments(ws);
    return (name) => [[folder, name, fileName].join(path.sep)];
  },
  derive: ([source], name) => ({ head: storedExperiment(source!, name), rest: null }),
};

function storedExperiment(source: Source, name: string): StoredExperiment {
  try {
    if (source instanceof UserError) throw source;
    return { experiment: parseExperiment(textOf(source), name, fileName) };
  } catch (error) {
    return { problem: problemOf(error, fileName) };
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
