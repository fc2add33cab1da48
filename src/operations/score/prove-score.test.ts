import { createHash } from "node:crypto";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Project } from "../../core/competition/project.ts";
import { parseMetrics } from "../../core/score/metrics-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { makeWorkspace } from "../../../test/support/workspace.ts";
import { proveScore } from "./prove-score.ts";

type Row = Record<string, string | number | boolean>;

/** 20 rows; predictions are right but for every fifth row, so accuracy is 0.8 over all and in each of 5 folds. */
const rows = Array.from({ length: 20 }, (_, index) => ({
  id: `p${index}`,
  y: index % 3 === 0 ? "yes" : "no",
  pred: (index % 3 === 0) === (index % 5 !== 0 || index === 0) ? "yes" : "no",
  fold: index % 5,
}));

function csv(table: readonly Row[]): string {
  const header = Object.keys(table[0]!);
  return (
    [header.join(","), ...table.map((row) => header.map((name) => row[name]).join(","))].join(
      "\n",
    ) + "\n"
  );
}

interface Case {
  data?: readonly Row[];
  oof?: readonly Row[] | string;
  project?: Partial<Project["data"]>;
  metric?: Project["metric"];
  validation?: Partial<Project["validation"]>;
  metrics?: object;
}

async function prove(given: Case) {
  const ws = await makeWorkspace();
  const { data = rows.map(({ id, y }) => ({ id, x: 1, y })), oof = rows, metric } = given;
  const project: Project = {
    ...ws.project,
    data: { ...ws.project.data, id: "id", target: "y", ...given.project },
    metric: metric ?? { name: "accuracy", direction: "maximize" },
    validation: { ...ws.project.validation, ...given.validation },
  };
  const own: Workspace = { ...ws, project };
  await mkdir(paths.input(own), { recursive: true });
  await writeFile(path.join(paths.input(own), project.data.train), csv(data));
  const artifacts = path.join(ws.root, "left");
  await mkdir(artifacts);
  await writeFile(path.join(artifacts, "oof.csv"), typeof oof === "string" ? oof : csv(oof));
  const claimed = {
    cv_score: 0.8,
    fold_scores: [1, 0.75, 0.75, 0.75, 0.75],
    metric: project.metric.name,
    direction: project.metric.direction,
    cv_is: "oof",
    oof: { file: "oof.csv", id: "id", target: "y", prediction: "pred", fold: "fold" },
    ...given.metrics,
  };
  const expected = { nSplits: 5, metric: project.metric.name, direction: project.metric.direction };
  const metrics = parseMetrics(JSON.stringify(claimed), "metrics.json", expected);
  return { proof: await proveScore(own, artifacts, metrics), own, artifacts, metrics };
}

const accuracyOf = (table: readonly { y: string; pred: string }[]) =>
  table.filter(({ y, pred }) => y === pred).length / table.length;

const scoresOf = (table: typeof rows) => ({
  cv_score: accuracyOf(table),
  fold_scores: [0, 1, 2, 3, 4].map((fold) => accuracyOf(table.filter((row) => row.fold === fold))),
});
const truth = scoresOf(rows);
/** The rows lie backwards in time. */
const day = (at: number) => `2024-01-${String(20 - at).padStart(2, "0")}`;

describe("verified against the data", () => {
  const honest: [string, Case][] = [
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
          ...truth,
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
        metrics: {
          cv_score: accuracyOf(rows.slice(5)),
          fold_scores: [0, 1, 2, 3, 4].map((fold) =>
            accuracyOf(rows.slice(5).filter((row) => row.fold === fold)),
          ),
        },
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
        oof: [...rows, ...rows.map((row) => ({ ...row, fold: row.fold + 5 }))],
        metrics: {
          fold_scores: [...truth.fold_scores, ...truth.fold_scores],
          validation: { n_splits: 5, n_repeats: 2 },
        },
      },
    ],
  ];
  test.each(honest)("%s", async (_, given) => {
    const { proof } = await prove({ ...given, metrics: { ...truth, ...given.metrics } });
    expect(proof).toMatchObject({ verdict: "verified" });
  });
});

describe("refused", () => {
  const forged: [string, Case, RegExp][] = [
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
    const { proof } = await prove({ ...given, metrics: { ...truth, ...given.metrics } });
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
    const { proof } = await prove({
      data,
      oof,
      metric: { name: "rmse", direction: "minimize" },
      metrics: { cv_score: 0.1, fold_scores: [0.1, 0.1, 0.1, 0.1, 0.1] },
    });
    expect(proof.summary).toMatch(/y of p0 is 6.9\d+ in the OOF file and 1000 in the data/);
  });

  test("a link to predictions in another folder of the workspace", async () => {
    const { own, artifacts, metrics } = await prove({ metrics: truth });
    const other = path.join(own.root, "other.csv");
    await writeFile(other, csv(rows));
    await rm(path.join(artifacts, "oof.csv"));
    await symlink(other, path.join(artifacts, "oof.csv"));
    expect(await proveScore(own, artifacts, metrics)).toMatchObject({ verdict: "unverifiable" });
  });
});

describe("on part of the rows", () => {
  const part = rows.slice(0, 10);
  const declared = { kind: "sample", rows: 10, of: 20, why: "to look" };
  const scored = {
    ...scoresOf(part),
    partial: declared as object,
  };

  test("a declared sample is verified, and says which part it is", async () => {
    const { proof } = await prove({ oof: part, metrics: scored });
    expect(proof).toMatchObject({
      verdict: "verified",
      rows: { scored: 10, of: 20 },
      partial: { kind: "sample", why: "to look" },
    });
  });

  test("a declared holdout has one fold, whatever project.yml says", async () => {
    const fold = rows.filter((row) => row.fold === 2);
    const { proof } = await prove({
      oof: fold,
      metrics: {
        cv_score: accuracyOf(fold),
        fold_scores: [accuracyOf(fold)],
        partial: { kind: "holdout", rows: 4, of: 20 },
      },
    });
    expect(proof).toMatchObject({
      verdict: "verified",
      rows: { scored: 4, of: 20 },
      partial: { kind: "holdout", why: null },
    });
  });

  test("a part that is the whole is whole", async () => {
    const { proof } = await prove({ metrics: { ...truth, partial: { ...declared, rows: 20 } } });
    expect(proof).toMatchObject({ rows: { scored: 20, of: 20 }, partial: null });
  });

  test("a part without an OOF file is a part all the same", async () => {
    const metric = { name: "overlap", direction: "maximize" as const };
    const { own, artifacts, metrics } = await prove({ metric, oof: part, metrics: scored });
    await rm(path.join(artifacts, "oof.csv"));
    expect(await proveScore(own, artifacts, metrics)).toMatchObject({
      verdict: "unverifiable",
      partial: { kind: "sample" },
    });
  });

  const refused: [string, Case, RegExp][] = [
    [
      "another number of rows",
      { oof: part, metrics: { ...scored, partial: { ...declared, rows: 12 } } },
      /partial in metrics.json is 12 of 20 rows, but the OOF file has 10 of the 20/,
    ],
    [
      "another number of rows in the data",
      { oof: part, metrics: { ...scored, partial: { ...declared, of: 100 } } },
      /is 10 of 100 rows, but/,
    ],
    [
      "a row twice",
      { oof: [...part.slice(0, 9), part[0]!], metrics: scored },
      /\(p0\) more than once/,
    ],
    [
      "a foreign row",
      { oof: [...part.slice(0, 9), { id: "x", y: "yes", pred: "yes", fold: 4 }], metrics: scored },
      /\(x\) not in the data/,
    ],
    [
      "no declaration",
      { oof: part, metrics: { ...scored, partial: undefined } },
      /10 of 20 rows of the data were never validated .*"partial": \{"kind": "sample", "rows": 10, "of": 20\}$/,
    ],
  ];
  test.each(refused)("%s is refused", async (_, given, why) => {
    const { proof } = await prove(given);
    expect(proof).toMatchObject({ verdict: "mismatch", summary: expect.stringMatching(why) });
  });
});

describe("a metric that Crossfold does not compute", () => {
  const metric = { name: "overlap", direction: "maximize" as const };

  test("is unverifiable, with the rows that it was computed on", async () => {
    const { proof } = await prove({ metric });
    expect(proof).toMatchObject({
      verdict: "unverifiable",
      summary: "overlap is not a metric Crossfold computes",
      rows: { scored: 20, of: 20 },
    });
  });

  test("is refused over dropped rows and over other targets", async () => {
    const dropped = await prove({ metric, oof: rows.slice(5) });
    expect(dropped.proof.verdict).toBe("mismatch");
    const other = await prove({
      metric,
      oof: rows.map((row) => Object.assign({}, row, { y: row.pred })),
    });
    expect(other.proof.verdict).toBe("mismatch");
  });

  test("is refused outside the range of project.yml", async () => {
    const { proof } = await prove({ metric: { ...metric, range: [0, 0.5] } });
    expect(proof.summary).toBe("cv_score is 0.8, but overlap is never above 0.5 (metric.range)");
  });

  test("is refused where the file of its function is not there", async () => {
    const { proof } = await prove({
      metric: { ...metric, function: "metrics/overlap.py:overlap" },
    });
    expect(proof).toMatchObject({
      verdict: "mismatch",
      summary: expect.stringContaining("metrics/overlap.py is not there"),
    });
  });
});
