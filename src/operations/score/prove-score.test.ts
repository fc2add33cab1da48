import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { csv, type ProofCase, prove, rows, scoresOf } from "../../../test/support/proof-case.ts";

/** The rows lie backwards in time. */
const day = (at: number) => `2024-01-${String(20 - at).padStart(2, "0")}`;

/** The same rows in other folds. */
const secondRepeat = rows.map((row, at) => ({ ...row, fold: 5 + Math.floor(at / 4) }));

describe("verified against the data", () => {
  const honest: [string, ProofCase][] = [
    ["as the data spells it", {}],
    ["rows in another order", { oof: rows.toReversed() }],
    ["no oof key: columns by their names", { metrics: { oof: undefined } }],
    [
      "ids and folds that pandas made floats",
      {
        data: rows.map(({ y }, index) => ({ id: index, y })),
        oof: rows.map((row, index) => ({ ...row, id: `${index}.0`, fold: `${row.fold}.0` })),
      },
    ],
    [
      "dates with midnight",
      {
        data: rows.map(({ y }, index) => ({
          id: `2024-01-${String(index + 1).padStart(2, "0")}`,
          y,
        })),
        oof: rows.map((row, index) => ({
          ...row,
          id: `2024-01-${String(index + 1).padStart(2, "0")} 00:00:00`,
        })),
      },
    ],
    [
      "labels as True, 1.0 and true",
      {
        data: rows.map(({ id, y }) => ({ id, y: y === "yes" ? "True" : "False" })),
        oof: rows.map((row, index) => {
          const spell = (word: string) =>
            (word === "yes" ? ["1.0", "true"] : ["0.0", "false"])[index % 2]!;
          return { ...row, y: spell(row.y), pred: spell(row.pred) };
        }),
      },
    ],
    [
      "no id: the row's number",
      {
        data: rows.map(({ y }) => ({ x: 1, y })),
        oof: rows.map(({ y, pred, fold }) => ({ y, pred, fold })),
        project: { id: undefined },
        metrics: { oof: { file: "oof.csv", target: "y", prediction: "pred", fold: "fold" } },
      },
    ],
    [
      "rows without a label are no rows",
      {
        data: [...rows.map(({ id, y }) => ({ id, y })), { id: "q1", y: "" }, { id: "q2", y: "NA" }],
      },
    ],
    [
      "the true fingerprint",
      {
        metrics: {
          validation: {
            folds_sha256: createHash("sha256")
              .update(rows.map(({ id, fold }) => `${id},${fold}\n`).join(""))
              .digest("hex"),
          },
        },
      },
    ],
    [
      "a time split that never validates the first rows",
      {
        oof: rows.slice(5),
        validation: { strategy: "TimeSeriesSplit" },
        metrics: scoresOf(rows.slice(5)),
      },
    ],
    [
      "a time split of rows in no order, by their dates",
      {
        data: rows.map(({ id, y }, at) => ({ id, y, day: day(at) })),
        oof: rows.filter((_, at) => day(at) > day(15)),
        validation: { strategy: "TimeSeriesSplit", time: "day" },
        metrics: scoresOf(rows.filter((_, at) => day(at) > day(15))),
      },
    ],
    [
      "two repeats",
      {
        oof: [...rows, ...secondRepeat],
        metrics: {
          ...scoresOf([...rows, ...secondRepeat]),
          validation: { n_splits: 5, n_repeats: 2 },
        },
      },
    ],
  ];
  test.each(honest)("%s", async (_, given) => {
    expect(await prove(given)).toMatchObject({ verdict: "verified" });
  });
});

describe("refused", () => {
  const forged: [string, ProofCase, RegExp][] = [
    [
      "another target",
      { oof: rows.map((row) => ({ ...row, y: row.pred })) },
      /y of p0|y of p\d+ is (yes|no) in the OOF file and (yes|no) in the data/,
    ],
    [
      "dropped rows",
      { oof: rows.slice(0, 17) },
      /3 of 20 rows of the data were never validated \(p17, p18, p19\)/,
    ],
    [
      "doubled rows",
      { oof: [...rows, rows[0]!] },
      /1 row of the OOF file is \(p0\) more than once/,
    ],
    [
      "foreign rows",
      { oof: [...rows, { id: "x", y: "yes", pred: "yes", fold: 0 }] },
      /\(x\) not in the data/,
    ],
    [
      "an id with other zeros",
      { oof: rows.map((row) => ({ ...row, id: row.id.replace("p", "P") })) },
      /20 rows of the OOF file are .* not in the data/,
    ],
    [
      "folds marked as never validated",
      { oof: rows.map((row, at) => (at === 4 ? { ...row, fold: -1 } : row)) },
      /p4/,
    ],
    [
      "an empty prediction",
      { oof: rows.map((row, at) => (at === 4 ? { ...row, pred: "" } : row)) },
      /p4/,
    ],
    [
      "fewer folds than claimed",
      { oof: rows.map((row) => ({ ...row, fold: row.fold % 3 })) },
      /5 fold scores, but 3 folds/,
    ],
    [
      "a forged fingerprint",
      { metrics: { validation: { folds_sha256: "0".repeat(64) } } },
      /folds_sha256/,
    ],
    [
      "a fingerprint beside an OOF file that names no folds",
      {
        metrics: {
          validation: { folds_sha256: "0".repeat(64) },
          oof: { file: "oof.csv", id: "id", target: "y", prediction: "pred" },
        },
      },
      /folds_sha256 cannot be proved/,
    ],
    [
      "the target as prediction",
      {
        metrics: { oof: { file: "oof.csv", id: "id", target: "y", prediction: "y", fold: "fold" } },
      },
      /y is named as target and as prediction/,
    ],
    [
      "a column that stands twice",
      { oof: csv(rows).replace("id,y,pred", "id,pred,pred") },
      /column pred stands twice|no column y/,
    ],
    ["a line cut short", { oof: `${csv(rows)}p20,yes` }, /cannot be read as a table/],
    [
      "an early row missing under a time split",
      { oof: rows.filter((_, at) => at !== 9), validation: { strategy: "TimeSeriesSplit" } },
      /1 of 20 rows/,
    ],
    ["rows twice without repeats", { oof: [...rows, ...rows] }, /stands 2 times/],
  ];
  test.each(forged)("%s", async (_, given, why) => {
    const proof = await prove(given);
    expect(proof).toMatchObject({ verdict: "mismatch" });
    expect(proof.summary).toMatch(why);
  });

  test("a regression trained and scored on the log of its target", async () => {
    const data = rows.map(({ id }, index) => ({ id, y: 1000 * (index + 1) }));
    const oof = data.map(({ id, y }, index) => ({
      id,
      y: Math.log1p(y),
      pred: Math.log1p(y) + 0.1,
      fold: index % 5,
    }));
    const proof = await prove({
      data,
      oof,
      metric: { name: "rmse", direction: "minimize" },
      metrics: { cv_score: 0.1, fold_scores: [0.1, 0.1, 0.1, 0.1, 0.1] },
    });
    expect(proof).toMatchObject({
      verdict: "mismatch",
      summary: expect.stringMatching(/y of p0 is 6.9\d+ in the OOF file and 1000 in the data/),
    });
  });
});

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("what is proved", () => {
  test("goes with the verdict: rows, folds and the OOF file", async () => {
    const unlabelled = { id: "q", y: "" };
    const data = [...rows.map(({ id, y }) => ({ id, y })), unlabelled];
    const lines = [...rows.map(({ id, fold }) => `${id},${fold}\n`), "q,-1\n"];
    expect(await prove({ data })).toEqual({
      verdict: "verified",
      summary: "computed again from 20 out-of-fold predictions, each fold too",
      score: scoresOf(rows).cv_score,
      folds: scoresOf(rows).fold_scores,
      rows: { scored: 20, of: 20 },
      partial: null,
      folds_sha256: sha256(lines.join("")),
      split: {
        folds: 5,
        repeats: 1,
        rows: [4, 4],
        groups: null,
        strata: "balanced",
        time: null,
        left: 0,
        differs: [],
      },
      oof_sha256: sha256(csv(rows)),
    });
  });

  test("of a rounded claim is the score that was computed", async () => {
    const some = rows.slice(0, 15);
    const { cv_score, fold_scores } = scoresOf(some);
    const claimed = Number(cv_score.toFixed(4));
    const proof = await prove({
      data: some.map(({ id, y }) => ({ id, y })),
      oof: some,
      metrics: { cv_score: claimed, fold_scores },
    });
    expect(claimed).not.toBe(cv_score);
    expect(proof).toMatchObject({ verdict: "verified", score: cv_score });
  });

  test("of a time split are the rows that it validated", async () => {
    const late = rows.slice(5);
    const proof = await prove({
      oof: late,
      validation: { strategy: "TimeSeriesSplit" },
      metrics: scoresOf(late),
    });
    expect(proof).toMatchObject({ verdict: "verified", rows: { scored: 15, of: 20 } });
  });
});
