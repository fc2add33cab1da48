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
  const features = await newFeatureNames(
    ws,
    records.map(({ name, experiment: { parent } }) => ({ name, parent })),
  );
  const made = records.map((record, index): Trial => {
    const before = byName.get(record.experiment.parent ?? "")?.cv?.config;
    const after = record.cv?.config;
    return {
      experiment: record.name,
      text: textOf.get(record.name) ?? record.hypothesis ?? "",
      changed:
        before === undefined || after === undefined
          ? []
          : configChanges(before, after).map(({ key }) => key),
      features: features[index]!,
    };
  });
  const planned = ideas
    .filter(({ experiment }) => !byName.has(experiment))
    .map(({ experiment, text }): Trial => ({ experiment, text, changed: [], features: [] }));
  return commonTechniques(taskTraits(ws.project), [...made, ...planned]);
}
