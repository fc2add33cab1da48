import { configChanges } from "../../core/experiment/config-summary.ts";
import {
  type TechniqueSeen,
  taskTraits,
  type Trial,
  commonTechniques,
} from "../../core/experiment/common-techniques.ts";
import { newFeatureNames } from "../../storage/experiment/feature-names.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { ExperimentRecord } from "./read-experiments.ts";
import type { Idea } from "./experiment-ideas.ts";

/** The common techniques for this competition, and the experiments and plans that tried each. */
export async function techniquesTried(
  ws: Workspace,
  records: readonly ExperimentRecord[],
  ideas: readonly Idea[],
): Promise<TechniqueSeen[]> {
  const textOf = new Map(ideas.map(({ experiment, text }) => [experiment, text]));
  const byName = new Map(records.map((record) => [record.name, record]));
  const made = records.map(async (record): Promise<Trial> => {
    const { parent } = record.experiment;
    const before = byName.get(parent ?? "")?.cv?.config;
    const after = record.cv?.config;
    return {
      experiment: record.name,
      text: textOf.get(record.name) ?? record.hypothesis ?? "",
      changed:
        before === undefined || after === undefined
          ? []
          : configChanges(before, after).map(({ key }) => key),
      features: await newFeatureNames(ws, record.name, parent),
    };
  });
  const planned = ideas
    .filter(({ experiment }) => !byName.has(experiment))
    .map(({ experiment, text }): Trial => ({ experiment, text, changed: [], features: [] }));
  return commonTechniques(taskTraits(ws.project), [...(await Promise.all(made)), ...planned]);
}
