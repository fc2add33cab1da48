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
] as const;
type SplitStrategy = (typeof splitStrategies)[number];

/** The strategies that split the rows anew in each repeat, by the one that they repeat. */
const repeatedBy: Partial<Record<SplitStrategy, SplitStrategy>> = {
  KFold: "RepeatedKFold",
  StratifiedKFold: "RepeatedStratifiedKFold",
};

export const repeatedStrategies = Object.values(repeatedBy);

/** Repeats where a Repeated strategy names none. */
const defaultRepeats = 2;

/** `validation` of project.yml. */
export const validationSchema = z
  .strictObject({
    strategy: z.enum(splitStrategies).default("KFold"),
    n_splits: z.int().min(2).max(100).default(5),
    /** How often the rows are split anew. */
    n_repeats: z.int().min(2).max(100).optional(),
    seed: z.int().min(0).default(42),
    group: z.string().min(1).optional(),
    time: z.string().min(1).optional(),
    gap: z.int().min(0).optional(),
  })
  .superRefine(({ strategy, n_repeats }, context) => {
    if (n_repeats === undefined || isRepeated(strategy)) return;
    const message = `only ${repeatedStrategies.join(" and ")} take it, and strategy is ${strategy}`;
    context.addIssue({ code: "custom", path: ["n_repeats"], message });
  })
  .overwrite(({ strategy, n_splits, n_repeats = defaultRepeats, ...others }) =>
    isRepeated(strategy)
      ? { strategy, n_splits, n_repeats, ...others }
      : { strategy, n_splits, ...others },
  );

/** Whether the strategy splits the rows several times. */
export function isRepeated(strategy: SplitStrategy): boolean {
  return repeatedStrategies.includes(strategy);
}

/** The strategy that does the same in each of several repeats; undefined where there is none. */
export function repeatedForm(strategy: SplitStrategy): SplitStrategy | undefined {
  return repeatedBy[strategy];
}

/** `5-fold`, or `2 x 5-fold` of two repeats. */
export function foldText(splits: number, repeats = 1): string {
  return repeats === 1 ? `${splits}-fold` : `${repeats} x ${splits}-fold`;
}

/** `5 folds by school`, or `2 x 5 folds` of two repeats. */
export function foldWords({
  n_splits,
  n_repeats,
  group,
  time,
}: z.output<typeof validationSchema>): string {
  const by = group ?? time;
  const repeats = n_repeats === undefined ? "" : `${n_repeats} x `;
  return `${repeats}${n_splits} folds${by === undefined ? "" : ` by ${by}`}`;
}
