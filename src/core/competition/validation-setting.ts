import { z } from "zod";

export const splitStrategies = [
  "KFold",
  "StratifiedKFold",
  "GroupKFold",
  "StratifiedGroupKFold",
  "TimeSeriesSplit",
  "MultilabelStratifiedKFold",
  "RepeatedKFold",
  "RepeatedStratifiedKFold",
  "Holdout",
] as const;
type SplitStrategy = (typeof splitStrategies)[number];

/** The strategies that split the rows anew in each repeat, by the one that they repeat. */
const repeatedBy: Partial<Record<SplitStrategy, SplitStrategy>> = {
  KFold: "RepeatedKFold",
  StratifiedKFold: "RepeatedStratifiedKFold",
};

export const repeatedStrategies = Object.values(repeatedBy);

/** Share of the rows that a Holdout validates, where it names none. */
const defaultTestSize = 0.2;

/** Repeats where a Repeated strategy names none. */
const defaultRepeats = 2;

/** `validation` of project.yml. */
export const validationSchema = z
  .strictObject({
    strategy: z
      .preprocess((name) => (name === "holdout" ? "Holdout" : name), z.enum(splitStrategies))
      .default("KFold"),
    /** 1 of a Holdout. */
    n_splits: z.int().min(1).max(100).default(5),
    /** How often the rows are split anew. */
    n_repeats: z.int().min(2).max(100).optional(),
    seed: z.int().min(0).default(42),
    group: z.string().min(1).optional(),
    time: z.string().min(1).optional(),
    gap: z.int().min(0).optional(),
    /** Share of the rows that a Holdout validates. */
    test_size: z.number().gt(0).lt(1).optional(),
  })
  .superRefine(({ strategy, n_splits, n_repeats, test_size }, context) => {
    if (n_splits === 1 && strategy !== "Holdout") {
      const message = `1 fold is a holdout, which strategy: Holdout declares; ${strategy} has at least 2`;
      context.addIssue({ code: "custom", path: ["n_splits"], message });
    }
    if (test_size !== undefined && strategy !== "Holdout") {
      const message = `only Holdout takes it, and strategy is ${strategy}`;
      context.addIssue({ code: "custom", path: ["test_size"], message });
    }
    if (n_repeats === undefined || isRepeated(strategy)) return;
    const message = `only ${repeatedStrategies.join(" and ")} take it, and strategy is ${strategy}`;
    context.addIssue({ code: "custom", path: ["n_repeats"], message });
  })
  .overwrite(({ strategy, n_splits, n_repeats = defaultRepeats, ...others }) => {
    if (isRepeated(strategy)) return { strategy, n_splits, n_repeats, ...others };
    if (strategy !== "Holdout") return { strategy, n_splits, ...others };
    const { test_size = defaultTestSize, ...rest } = others;
    return { strategy, n_splits: 1, test_size, ...rest };
  });

/** Whether the strategy splits the rows several times. */
export function isRepeated(strategy: SplitStrategy): boolean {
  return repeatedStrategies.includes(strategy);
}

/** The strategy that does the same in each of several repeats; undefined where there is none. */
export function repeatedForm(strategy: SplitStrategy): SplitStrategy | undefined {
  return repeatedBy[strategy];
}

/** `5-fold`, `2 x 5-fold` of two repeats, or `single-fold`. */
export function foldText(splits: number, repeats = 1): string {
  if (splits === 1) return "single-fold";
  return repeats === 1 ? `${splits}-fold` : `${repeats} x ${splits}-fold`;
}

/** `5 folds by school`, `2 x 5 folds` of two repeats, or `20 % of the rows`. */
export function foldWords({
  n_splits,
  n_repeats,
  group,
  time,
  test_size,
}: z.output<typeof validationSchema>): string {
  const by = group ?? time;
  if (test_size !== undefined)
    return `${Number((100 * test_size).toPrecision(3))} % of the rows${by === undefined ? "" : ` by ${by}`}`;
  const repeats = n_repeats === undefined ? "" : `${n_repeats} x `;
  return `${repeats}${n_splits} folds${by === undefined ? "" : ` by ${by}`}`;
}
