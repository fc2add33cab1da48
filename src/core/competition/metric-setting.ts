import { z } from "zod";
import { findMetric } from "../metrics/known-metrics.ts";

export const directions = ["maximize", "minimize"] as const;
export type Direction = (typeof directions)[number];

/** What a metric's function is given: numbers, labels or probabilities. */
const metricNeeds = ["values", "labels", "probabilities"] as const;

const functionForm = /^(?!\/)[^:\\]+\.py:[^\W\d]\w*$/u;

/** `path/inside/the/workspace.py:name`. */
const functionSchema = z
  .string()
  .refine((text) => functionForm.test(text) && !text.split(":")[0]!.split("/").includes(".."), {
    error:
      "expected a Python file inside the workspace and the name of its function: metrics/my_metric.py:my_metric",
  });

const end = z.number().nullable();
const rangeSchema = z
  .tuple([end, end], { error: "expected two numbers, null for an open end: [0, null]" })
  .refine(([lowest, highest]) => lowest === null || highest === null || lowest <= highest, {
    error: "expected the lowest score first, then the highest: [0, 1000]",
  });

/** `metric` of project.yml. `name` may be one that Crossfold cannot compute. */
export const metricSchema = z
  .strictObject({
    name: z.string().min(1),
    direction: z.enum(directions),
    /** A Python function of the user's own that computes it: y_true and y_pred to a number. */
    function: functionSchema.optional(),
    /** What `function` is given as predictions; by default the template decides by the target's values. */
    needs: z.enum(metricNeeds).optional(),
    /** Lowest and highest possible score. */
    range: rangeSchema.optional(),
    /** Says of a metric without a function that it is the user's own: its unverified scores may be ranked. */
    own: z.boolean().optional(),
  })
  .superRefine((metric, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: "custom", path: [key], message });
    if (findMetric(metric.name) === undefined) {
      if (metric.needs !== undefined && metric.function === undefined)
        refuse("needs", "it says what metric.function is given, and there is none; drop it");
      return;
    }
    for (const key of ["function", "needs", "range", "own"] as const) {
      if (metric[key] === undefined || metric[key] === false) continue;
      const why = `Crossfold computes ${metric.name} itself`;
      refuse(key, `${why}; drop ${key}, or give a metric of your own another name`);
      return;
    }
  });

/** Where the function of a metric stands: the file, from the workspace, and its name. */
export function splitFunction(text: string): { file: string; name: string } {
  const at = text.lastIndexOf(":");
  return { file: text.slice(0, at), name: text.slice(at + 1) };
}

/** What a float may lie beyond the end of a range by rounding alone. */
const rounding = 1e-9;

/** Why a score lies outside the range that project.yml gives; undefined where it does not. */
export function whyOutside(
  { name, range }: { name: string; range?: readonly [number | null, number | null] | undefined },
  score: number,
): string | undefined {
  const [lowest, highest] = range ?? [null, null];
  if (lowest !== null && score < lowest - rounding)
    return `${name} is never below ${lowest} (metric.range)`;
  if (highest !== null && score > highest + rounding)
    return `${name} is never above ${highest} (metric.range)`;
  return undefined;
}
