import type { Context } from "../../core/context.ts";
import { whyOutside } from "../../core/competition/metric-setting.ts";
import { rowCount } from "../../core/metrics/column.ts";
import type { Evaluation } from "../../core/metrics/evaluate.ts";
import { toMetricRows } from "../../core/metrics/metric-rows.ts";
import type { GradedSides, Grades } from "../../core/submission/grading.ts";
import { prepareInterpreter } from "../../python/environment.ts";
import { runOwnMetric } from "../../python/run-own-metric.ts";
import type { OwnMetric } from "../../storage/competition/own-metric-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** Grades both sides by the function of the user's own that project.yml names, run in the workspace's environment. */
export async function gradeByOwnMetric(
  context: Pick<Context, "env" | "progress">,
  ws: Workspace,
  own: OwnMetric,
  sides: GradedSides,
): Promise<Grades> {
  const { file: python } = await prepareInterpreter(context, ws.root);
  const gradeSide = async (side: GradedSides["public"]): Promise<Evaluation> => {
    if (rowCount(side.actual[0]!) === 0) return { impossible: "there are no rows" };
    const rows = toMetricRows(side);
    if ("impossible" in rows) return rows;
    const [score] = await runOwnMetric(context, python, ws.root, own, rows, [undefined]);
    if (typeof score === "number") {
      const outside = whyOutside(ws.project.metric, score);
      return outside === undefined ? score : { impossible: `it is ${score}, but ${outside}` };
    }
    const { impossible, line } = score!;
    return { impossible: `${own.file}${line === null ? "" : `:${line}`}: ${impossible}` };
  };
  return { public: await gradeSide(sides.public), private: await gradeSide(sides.private) };
}
