import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse, stringify } from "yaml";
import { type Experiment, experimentFileSchema } from "../../core/experiment/experiment.ts";
import type { Problem } from "../../core/errors/problem.ts";
import { parseSimpleYaml } from "../../core/text/simple-yaml.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { mapInSlices } from "../files/slices.ts";
import { type IndexKind, openIndex, textOf } from "../index/file-index.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

const fileName = "experiment.yml";

/** `models/<name>/experiment.yml`; one without the file is an experiment made by hand. */
export async function readExperiment(ws: Workspace, name: string): Promise<Experiment> {
  const file = path.join(paths.experiment(ws, name), fileName);
  const text = await readFile(file, "utf8").catch(() => undefined);
  return parseExperiment(text, name, file);
}

function byHand(name: string): Experiment {
  return { name, parent: null, task: null, hypothesis: null, created: "" };
}

function parseExperiment(text: string | undefined, name: string, file: string): Experiment {
  if (text === undefined) return byHand(name);
  try {
    const simple = parseSimpleYaml(text.trimEnd().split("\n"));
    return experimentFileSchema.parse(simple ?? parse(text));
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

/** What was read of one of many: where its file cannot be read, what is wrong with it. */
export interface ListedExperiment {
  experiment: Experiment;
  problem?: Problem;
}

/** As readExperiment, for many: what cannot be read hides nothing else. */
export async function readExperimentFiles(
  ws: Workspace,
  names: readonly string[],
): Promise<ListedExperiment[]> {
  const index = openIndex(ws, experimentIndex);
  index.retain(names);
  return mapInSlices(names, (name) => {
    const { head } = index.read(name)!;
    if (typeof head !== "string") return { experiment: head };
    const file = path.join(paths.experiment(ws, name), fileName);
    return { experiment: byHand(name), problem: { message: head, at: { file } } };
  });
}

/** The experiment, or why its file cannot be read. */
const experimentIndex: IndexKind<Experiment | string, null> = {
  name: "experiments",
  shape: 1,
  filesIn: (ws) => {
    const folder = paths.experiments(ws);
    return (name) => [[folder, name, fileName].join(path.sep)];
  },
  derive: ([source], name) => ({ head: readAs(textOf(source!), name), rest: null }),
};

function readAs(text: string | undefined, name: string): Experiment | string {
  try {
    return parseExperiment(text, name, fileName);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

export async function writeExperiment(folder: string, experiment: Experiment): Promise<void> {
  await writeAtomic(path.join(folder, fileName), stringify(experiment));
}
