import type { Project } from "../competition/project.ts";
import type { CvEntry } from "./ledger.ts";
import type { Metrics } from "./metrics-file.ts";
import { strategyOf } from "./found-split.ts";

type Claimed = Pick<Metrics, "validation" | "partial">;

/**
 * How often each row is validated, by metrics.json or else project.yml, whose repeats bind neither a part of the rows nor
 * another strategy that metrics.json names.
 */
export function repeatsOf({ validation, partial }: Claimed, projectRepeats = 1): number {
  const { n_repeats, strategy } = validation;
  const isSingle = partial || (strategy !== undefined && !/repeat/i.test(String(strategy)));
  return n_repeats ?? (isSingle ? 1 : projectRepeats);
}

/**
 * The validation of a ledger line: what metrics.json says. Where that says nothing, what the folds of the OOF file show,
 * and project.yml's words only where nothing speaks against them.
 */
export function validationOf(
  { n_repeats, ...project }: Project["validation"],
  metrics: Claimed,
  split: CvEntry["split"],
): CvEntry["validation"] {
  if (split !== undefined && split.differs.length > 0) {
    const { folds, repeats, groups, time } = split;
    return {
      strategy: strategyOf(split, project.strategy),
      n_splits: folds,
      ...(repeats === 1 ? {} : { n_repeats: repeats }),
      ...(groups === "apart" ? { group: project.group } : {}),
      ...(time === "ordered" ? { time: project.time } : {}),
      ...metrics.validation,
    };
  }
  const repeats = split?.repeats ?? repeatsOf(metrics, n_repeats);
  return { ...project, ...(repeats === 1 ? {} : { n_repeats: repeats }), ...metrics.validation };
}

/** The folds of one repeat and the repeats of a ledger line. */
export function splitsOf({ folds, validation }: Pick<CvEntry, "folds" | "validation">): {
  splits: number;
  repeats: number;
} {
  const repeats = Number(validation["n_repeats"] ?? 1);
  const splits = folds.length / repeats;
  return Number.isInteger(splits) ? { splits, repeats } : { splits: folds.length, repeats: 1 };
}
