import type { Direction } from "../competition/project.ts";
import type { Encoded } from "./labels.ts";
import type { Ranked } from "./list-metrics.ts";
import type { Graded } from "./probability-metrics.ts";
import type { TaskKind } from "./task-kind.ts";
import type { Values } from "./value-metrics.ts";

/** Everything Crossfold knows of a metric. */
export type Metric = {
  title: string;
  /** Other names that it has in project.yml, such as scikit-learn's or Kaggle's. */
  alsoNamed?: readonly string[];
  /** The tasks that it scores. With several targets the score is the mean over them. */
  tasks: readonly TaskKind[];
  direction: Direction;
  /** Lowest and highest possible score. */
  range: readonly [lowest: number, highest: number];
  /** Whether it compares logarithms, so that a model does well to learn the log of the target. */
  logScale: boolean;
  /** Its names at Kaggle, in lower case with single spaces between words; what a name has beside the match is looked at apart. */
  kaggle: RegExp;
} & Computation;

/** What a prediction must be, and the score of one target. NaN where the metric is not defined for the rows. */
type Computation =
  | {
      needs: "labels";
      compute(rows: Encoded): number;
      /** Whether it looks at the positive class alone, so that there must be two. */
      positive?: boolean;
    }
  | { needs: "lists"; compute(rows: Ranked): number; longest: number }
  | {
      needs: "probabilities";
      compute(rows: Graded): number;
      /** Whether any number will do for a probability, since only the order of the rows counts. */
      anyScale?: boolean;
    }
  | { needs: "values"; compute(rows: Values): number };
