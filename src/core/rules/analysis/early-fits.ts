import type { Found } from "../rule.ts";
import type { ExperimentSource } from "./experiment-source.ts";
import { followTraining } from "./flow/follow.ts";
import type { EarlyFit } from "./flow/machine.ts";
import type { Learns } from "./learners.ts";

/** Transformers fitted on all rows before the folds; what is fitted on held-out parts or on the target alone is none. */
export function earlyFits(source: ExperimentSource): readonly EarlyFit[] {
  const followed = followTraining(source);
  return followed?.folded ? followed.earlyFits : [];
}

/** The message for a transformer that is fitted before the folds, by what it learns. */
export const learnedFrom: Record<Learns, string> = {
  target: "is fitted before the split, on the target of validation rows",
  rows: "is fitted before the split, on validation rows too",
  labels: "is fitted before the split; it learns only which values occur",
};

/** Findings at the calls that fit; one that learns only which values there are is a `maybe`. */
export function fitFindings(
  fits: readonly EarlyFit[],
  summary: (fit: EarlyFit) => string,
): Found[] {
  return fits.map((fit) => ({
    file: fit.file,
    at: fit.call,
    message: summary(fit),
    maybe: fit.learns === "labels",
  }));
}
