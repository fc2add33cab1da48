import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  type ProofCase,
  prove,
  regression,
  rows,
  scoresOf,
  values,
} from "../../../test/support/proof-case.ts";

const infinite = values.map((row, at) => (at === 4 ? { ...row, pred: "inf" } : row));
const changed = (pred: string | number) =>
  values.map((row, at) => (at === 4 || at === 7 ? { ...row, pred } : row));

/** Three classes, two rows of each in every one of 3 folds, and probabilities that are the same of every row. */
const classes = ["a", "b", "c"];
const shares = [0.5, 0.3, 0.2];
const graded = Array.from({ length: 18 }, (_, at) => ({
  id: at,
  y: classes[at % 3]!,
  proba_a: shares[0]!,
  proba_b: shares[1]!,
  proba_c: shares[2]!,
  fold: Math.floor(at / 6),
}));
const loss = -(Math.log(0.5) + Math.log(0.3) + Math.log(0.2)) / 3;
const multiclass = (oof: readonly object[], changes: object = {}): ProofCase => ({
  data: graded.map(({ id, y }) => ({ id, y })),
  oof: oof as typeof graded,
  metric: { name: "log_loss", direction: "minimize" },
  metrics: {
    cv_score: loss,
    fold_scores: [loss, loss, loss],
    validation: { n_splits: 3 },
    oof: {
      file: "oof.csv",
      id: "id",
      target: "y",
      prediction: ["proba_a", "proba_b", "proba_c"],
      fold: "fold",
      ...changes,
    },
  },
});

/** A yes/no target whose every fold has both classes, and scores that put every yes before every no but for one. */
const ranked = Array.from({ length: 20 }, (_, at) => ({
  id: at,
  y: at % 2,
  pred: at === 1 ? -1 : at % 2 === 1 ? 20 + at : at,
  fold: Math.floor(at / 4),
}));
const auc: ProofCase = {
  data: ranked.map(({ id, y }) => ({ id, y })),
  oof: ranked,
  metric: { name: "roc_auc", direction: "maximize" },
  metrics: { cv_score: 0.9, fold_scores: [0.5, 1, 1, 1, 1] },
};

const oneClass: ProofCase = {
  ...auc,
  oof: ranked.map(({ id, y, pred, fold }) => ({ id, y, pred, fold: y === 1 ? 4 : fold })),
};

const right = rows.map(({ id, y, fold }) => ({ id, y, pred: y, fold }));
/** One row a fold of its own, as leave-one-out has it. */
const alone = rows.map((row, at) => ({ ...row, fold: at }));
const repeated = (second: typeof rows): ProofCase => ({
  oof: [...rows, ...second],
  metrics: {
    ...scoresOf([...rows, ...second]),
    validation: { n_splits: 5, n_repeats: 2 },
  },
});
/** The second repeat's folds, 5 to 9. */
const anew = rows.map((row, at) => ({ ...row, fold: 5 + Math.floor(at / 4) }));
const inFold = (part: typeof rows, fold: (at: number) => number) =>
  part.map(({ id, y, pred }, at) => ({ id, y, pred, fold: fold(at) }));
const heldOut = inFold(rows.slice(0, 4), () => 0);
const tenFolds = inFold(rows, (at) => at % 10);
const repeats = { strategy: "RepeatedKFold", n_repeats: 2 } as const;
const hashOf = (folds: (at: number) => string) =>
  createHash("sha256")
    .update(rows.map(({ id }, at) => `${id},${folds(at)}\n`).join(""))
    .digest("hex");
const halves = rows.map(({ id, y, pred, fold }) => ({ id, y, pred, fold: fold + 0.5 }));
const sameFolds = rows.map(({ id, y, pred, fold }) => ({
  id,
  y,
  pred,
  fold: 5 + ((fold + 1) % 5),
}));
const groups = rows.map(({ id, y, fold }, at) => ({ id, y, team: at === 6 ? 2 : fold }));

describe("verified", () => {
  const honest: [string, ProofCase][] = [
    ["a regression", { ...regression, oof: values }],
    ["probabilities of three classes", multiclass(graded)],
    [
      "probabilities whose rounding leaves a sum beside 1",
      multiclass(graded.map((row) => ({ ...row, proba_a: 0.50002, proba_b: 0.30001 }))),
    ],
    ["scores of any scale, where only their order counts", auc],
    [
      "labels taken from probabilities",
      {
        oof: rows.map(({ pred, ...row }) => ({ ...row, pred: pred === "yes" ? 0.9 : 0.2 })),
      },
    ],
    [
      "one fold for each row",
      {
        oof: alone,
        metrics: { ...scoresOf(alone), validation: { n_splits: 20 } },
      },
    ],
    [
      "the repeats that project.yml names, whichever stands first in the OOF file",
      {
        validation: repeats,
        oof: [...anew, ...rows],
        metrics: {
          ...scoresOf([...anew, ...rows]),
          validation: { folds_sha256: hashOf((at) => `${rows[at]!.fold} ${anew[at]!.fold}`) },
        },
      },
    ],
    [
      "one split, where metrics.json names a strategy without repeats",
      { validation: repeats, metrics: { validation: { strategy: "KFold" } } },
    ],
    [
      "a holdout, whose rows project.yml does not repeat",
      {
        validation: repeats,
        oof: heldOut,
        metrics: {
          ...scoresOf(heldOut),
          partial: { kind: "holdout", rows: 4, of: 20 },
        },
      },
    ],
    ["folds with names", { oof: rows.map((row) => ({ ...row, fold: `part ${row.fold}` })) }],
    [
      "two repeats that are the same but for one row",
      repeated(
        rows.map((row, at) => ({ ...row, fold: 5 + (at === 0 ? 1 : at === 1 ? 0 : row.fold) })),
      ),
    ],
    [
      "groups that stay together",
      {
        data: rows.map(({ id, y, fold }) => ({ id, y, team: fold })),
        validation: { strategy: "GroupKFold", group: "team" },
      },
    ],
  ];
  test.each(honest)("%s", async (_, given) => {
    expect(await prove(given)).toMatchObject({ verdict: "verified" });
  });
});

describe("refused", () => {
  const forged: [string, ProofCase, RegExp][] = [
    ["an infinite prediction", { ...regression, oof: infinite }, /\(4\) without a finite number/],
    ["NaN", { ...regression, oof: changed("nan") }, /2 rows .*\(4, 7\) without a finite number/],
    ["a decimal comma", { ...regression, oof: changed('"4,5"') }, /without a finite number/],
    ["a hexadecimal number", { ...regression, oof: changed("0x1A") }, /without a finite number/],
    [
      "an underscore in a number",
      { ...regression, oof: changed("1_0") },
      /without a finite number/,
    ],
    ["a word", { ...regression, oof: changed("None") }, /without a finite number/],
    [
      "a probability above 1",
      multiclass(graded.map((row) => ({ ...row, proba_a: 1.2, proba_b: -0.2, proba_c: 0 }))),
      /proba_a has probabilities outside 0 to 1/,
    ],
    [
      "probabilities that do not add up to 1",
      multiclass(graded.map((row) => ({ ...row, proba_a: 0.9, proba_b: 0.9, proba_c: 0.9 }))),
      /the probabilities of a row add up to 2.7, not to 1/,
    ],
    [
      "classes in another order than the columns' names",
      multiclass(graded, { classes: ["c", "b", "a"] }),
      /oof.classes has another order than the columns' names/,
    ],
    [
      "a fold of one class, where the metric needs two",
      oneClass,
      /the score cannot be computed again: fold 0: the metric is not defined for these rows/,
    ],
    [
      "one fold for each row, and five scores",
      { oof: alone },
      /5 fold scores, but 20 folds in the OOF file/,
    ],
    [
      "fold scores in another order",
      { metrics: { fold_scores: scoresOf(rows).fold_scores.toReversed() } },
      /fold_scores\[0\] is/,
    ],
    [
      "no fold column, and five scores",
      { metrics: { oof: { file: "oof.csv", id: "id", target: "y", prediction: "pred" } } },
      /5 fold scores, but the OOF file has no fold column/,
    ],
    [
      "folds that are no whole numbers",
      { oof: halves },
      /fold 0.5 in the OOF file is no whole number/,
    ],
    [
      "rows once where metrics.json names repeats",
      {
        oof: tenFolds,
        metrics: {
          fold_scores: Array.from({ length: 10 }, () => 0.8),
          validation: { n_splits: 5, n_repeats: 2 },
        },
      },
      /each row stands once in the OOF file, not 2 as validation\.n_repeats says/,
    ],
    ["two repeats with the same folds", repeated(sameFolds), /two repeats have the same folds/],
    [
      "a group in two folds",
      {
        data: groups,
        validation: { strategy: "GroupKFold", group: "team" },
        metrics: { validation: { strategy: "GroupKFold" } },
      },
      /1 group is in several folds \(2\)/,
    ],
  ];
  test.each(forged)("%s", async (_, given, why) => {
    const proof = await prove(given);
    expect(proof).toMatchObject({ verdict: "mismatch", summary: expect.stringMatching(why) });
  });
});

describe("a near-perfect score is recorded, with a warning", () => {
  const perfect: [string, ProofCase][] = [
    [
      "accuracy 1.0000",
      {
        oof: right,
        metrics: { cv_score: 1, fold_scores: [1, 1, 1, 1, 1] },
      },
    ],
    [
      "rmse 0.0010",
      {
        ...regression,
        oof: values.map((row) => ({ ...row, pred: row.y + 0.001 })),
        metrics: { cv_score: 0.001, fold_scores: [0.001, 0.001, 0.001, 0.001, 0.001] },
      },
    ],
  ];
  test.each(perfect)("%s", async (score, given) => {
    expect(await prove(given)).toMatchObject({
      verdict: "verified",
      warnings: [`${score} is near-perfect: does a feature leak the target?`],
    });
  });

  test("and an honest one without", async () => {
    expect(await prove({ ...regression, oof: values })).not.toHaveProperty("warnings");
  });
});
