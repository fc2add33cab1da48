import { rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { layOut, type ProofCase, prove, rows, scoresOf } from "../../../test/support/proof-case.ts";
import { proveScore } from "./prove-score.ts";

describe("on part of the rows", () => {
  const part = rows.slice(0, 10);
  const declared = { kind: "sample", rows: 10, of: 20, why: "to look" };
  const scored = {
    ...scoresOf(part),
    partial: declared as object,
  };

  test("a declared sample is verified, and says which part it is", async () => {
    const proof = await prove({ oof: part, metrics: scored });
    expect(proof).toMatchObject({
      verdict: "verified",
      rows: { scored: 10, of: 20 },
      partial: { kind: "sample", why: "to look" },
    });
  });

  test("a declared holdout has one fold, whatever project.yml says", async () => {
    const fold = rows.filter((row) => row.fold === 2);
    const proof = await prove({
      oof: fold,
      metrics: {
        ...scoresOf(fold),
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
    const proof = await prove({ metrics: { partial: { ...declared, rows: 20 } } });
    expect(proof).toMatchObject({ rows: { scored: 20, of: 20 }, partial: null });
  });

  test("a part without an OOF file is a part all the same", async () => {
    const metric = { name: "overlap", direction: "maximize" as const };
    const { ws, artifacts, metrics } = await layOut({ metric, oof: part, metrics: scored });
    await rm(path.join(artifacts, "oof.csv"));
    expect(await proveScore(ws, artifacts, metrics)).toMatchObject({
      verdict: "unverifiable",
      partial: { kind: "sample" },
    });
  });

  const refused: [string, ProofCase, RegExp][] = [
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
    const proof = await prove(given);
    expect(proof).toMatchObject({ verdict: "mismatch", summary: expect.stringMatching(why) });
  });
});

describe("a metric that Crossfold does not compute", () => {
  const metric = { name: "overlap", direction: "maximize" as const };

  test("is unverifiable, with the rows that it was computed on", async () => {
    const proof = await prove({ metric });
    expect(proof).toMatchObject({
      verdict: "unverifiable",
      summary: "overlap is not a metric Crossfold computes",
      rows: { scored: 20, of: 20 },
    });
  });

  test("is refused over dropped rows and over other targets", async () => {
    const dropped = await prove({ metric, oof: rows.slice(5) });
    expect(dropped.verdict).toBe("mismatch");
    const other = await prove({
      metric,
      oof: rows.map((row) => Object.assign({}, row, { y: row.pred })),
    });
    expect(other.verdict).toBe("mismatch");
  });

  test("is refused outside the range of project.yml", async () => {
    const proof = await prove({ metric: { ...metric, range: [0, 0.5] } });
    expect(proof.summary).toBe("cv_score is 0.85, but overlap is never above 0.5 (metric.range)");
  });

  test("is refused where the file of its function is not there", async () => {
    const proof = await prove({
      metric: { ...metric, function: "metrics/overlap.py:overlap" },
    });
    expect(proof).toMatchObject({
      verdict: "mismatch",
      summary: expect.stringContaining("metrics/overlap.py is not there"),
    });
  });
});
