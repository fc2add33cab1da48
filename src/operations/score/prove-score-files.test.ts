import { execFileSync } from "node:child_process";
import { mkdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  csv,
  layOut,
  type ProofCase,
  prove,
  rows,
  scoresOf,
} from "../../../test/support/proof-case.ts";
import { makeDatabase, quoteFile } from "../../tables/database.ts";
import { proveScore } from "./prove-score.ts";

/** Writes a CSV file as Parquet, its columns typed as DuckDB finds them. */
async function toParquet(from: string, to: string): Promise<void> {
  const { connection, close } = await makeDatabase(path.join(path.dirname(to), "scratch"));
  await connection.run(
    `COPY (SELECT * FROM read_csv(${quoteFile(from)})) TO '${to}' (FORMAT parquet)`,
  );
  await close();
}

const plain = rows.map((row, at) => ({ ...row, id: String(at) }));
const labels = csv(rows.map(({ id, y }) => ({ id, y })));

describe("files as they come", () => {
  const honest: [string, ProofCase][] = [
    ["a byte order mark", { oof: `\uFEFF${csv(rows)}` }],
    ["CRLF", { oof: csv(rows).replaceAll("\n", "\r\n") }],
    ["quotes around everything", { oof: csv(rows).replaceAll(/[^,\n]+/g, '"$&"') }],
    [
      "labels in a file of their own, rows in another order",
      {
        data: rows.toReversed().map(({ id }) => ({ id, x: 1 })),
        files: { "train_labels.csv": labels },
        project: { labels: "train_labels.csv" },
      },
    ],
    [
      "labels, and no table of features",
      { files: { "train_labels.csv": labels }, project: { labels: "train_labels.csv" }, data: "x" },
    ],
    [
      "labels, and the times in train",
      {
        data: rows.map(({ id }, at) => ({ id, day: `2024-01-${10 + at}` })).toReversed(),
        files: { "train_labels.csv": csv(rows.toReversed().map(({ id, y }) => ({ id, y }))) },
        project: { labels: "train_labels.csv" },
        oof: rows.slice(5),
        validation: { strategy: "TimeSeriesSplit", time: "day" },
        metrics: scoresOf(rows.slice(5)),
      },
    ],
    [
      "ids 007 and 7",
      {
        data: rows.map(({ y }, at) => ({ id: at % 2 === 0 ? `00${at}` : at, y })),
        oof: rows.map((row, at) => ({ ...row, id: at % 2 === 0 ? `00${at}` : at })),
      },
    ],
    ["ids with blanks around", { oof: rows.map((row) => ({ ...row, id: `  ${row.id} ` })) }],
    [
      "ids with decimals, shortened",
      {
        data: rows.map(({ y }, at) => ({ id: `${at}.50`, y })),
        oof: rows.map((row, at) => ({ ...row, id: `${at}.5` })),
      },
    ],
    [
      "times as ids",
      {
        data: rows.map(({ y }, at) => ({ id: `2024-01-02 03:${10 + at}:00`, y })),
        oof: rows.map((row, at) => ({ ...row, id: `2024-01-02T03:${10 + at}:00.000` })),
      },
    ],
  ];
  test.each(honest)("verified: %s", async (_, given) => {
    expect(await prove(given)).toMatchObject({ verdict: "verified" });
  });

  test("verified: data and OOF as Parquet", async () => {
    const { ws, artifacts, metrics } = await layOut({
      data: plain.map(({ id, y }) => ({ id, y })),
      project: { train: "train.parquet" },
      oof: plain,
      metrics: { oof: { ...columns, file: "oof.parquet" } },
    });
    const train = path.join(ws.root, "data", "input", "toy", "train.parquet");
    await toParquet(path.join(artifacts, "oof.csv"), path.join(artifacts, "oof.parquet"));
    await writeFile(path.join(ws.root, "train.csv"), csv(plain.map(({ id, y }) => ({ id, y }))));
    await rm(train);
    await toParquet(path.join(ws.root, "train.csv"), train);
    expect(await proveScore(ws, artifacts, metrics)).toMatchObject({ verdict: "verified" });
  });

  test("verified: a name with the signs of a pattern, beside a file that it would match", async () => {
    const named = { oof: { ...columns, file: "oof[1]*.csv" } };
    const { ws, artifacts, metrics } = await layOut({ metrics: named });
    await writeFile(path.join(artifacts, "oof[1]*.csv"), csv(rows));
    await writeFile(path.join(artifacts, "oof12.csv"), csv(rows));
    expect(await proveScore(ws, artifacts, metrics)).toMatchObject({ verdict: "verified" });
  });
});

const columns = { id: "id", target: "y", prediction: "pred", fold: "fold" };

describe("refused", () => {
  const forged: [string, ProofCase, RegExp][] = [
    ["an empty file", { oof: "" }, /oof.csv: it cannot be read as a table: it is empty/],
    ["a header alone", { oof: "id,y,pred,fold\n" }, /no validated rows/],
    [
      "gzip named .csv",
      { oof: gzipSync(csv(rows)) },
      /gzip file, and its name does not end in .gz/,
    ],
    ["UTF-16", { oof: Buffer.from(`\uFEFF${csv(rows)}`, "utf16le") }, /oof.csv: /],
    [
      "null bytes in place of rows",
      { oof: `id,y,pred,fold\n${"\0".repeat(9000)}` },
      /oof.csv: |null/,
    ],
    [
      "ids without their zeros",
      {
        data: rows.map(({ y }, at) => ({ id: at === 0 ? "07" : at === 1 ? "007" : `1${at}`, y })),
        oof: rows.map((row, at) => ({ ...row, id: at < 2 ? "7" : `1${at}` })),
      },
      /not in the data/,
    ],
    [
      "ids in another Unicode form, of which the data has both",
      {
        data: rows.map(({ id, y }, at) => ({ id: at === 0 ? "é" : at === 1 ? "e\u0301" : id, y })),
        oof: rows.map((row, at) => ({ ...row, id: at < 2 ? "é" : row.id })),
      },
      /more than once/,
    ],
    [
      "ids that the data has twice",
      { data: rows.map(({ y }, at) => ({ id: `p${at % 10}`, y })) },
      /10 ids stand more than once in the data \(p0, p1, p2, ...\): data.id/,
    ],
    [
      "a label that the labels' file has otherwise",
      {
        data: rows.map(({ id, y }) => ({ id, y })),
        files: { "train_labels.csv": labels.replace("p3,yes", "p3,no") },
        project: { labels: "train_labels.csv" },
      },
      /y of p3 is yes in the OOF file and no in the data/,
    ],
    [
      "an OOF file in another folder",
      { metrics: { oof: { ...columns, file: "../data/input/toy/train.csv" } } },
      /is not in artifacts\/; train.py has to write oof.csv with the columns id, y, pred and fold/,
    ],
  ];
  test.each(forged)("%s", async (_, given, why) => {
    const proof = await prove(given);
    expect(proof).toMatchObject({ verdict: "mismatch", summary: expect.stringMatching(why) });
  });

  const places: [string, (file: string) => Promise<unknown> | void, RegExp][] = [
    ["nothing", () => {}, /there is no OOF file oof.csv in artifacts\/; train.py has to write/],
    [
      "a link to predictions in another folder",
      async (file) => {
        await writeFile(path.join(path.dirname(file), "..", "other.csv"), csv(rows));
        await symlink(path.join("..", "other.csv"), file);
      },
      /oof.csv is a link/,
    ],
    ["a folder", (file) => mkdir(file), /oof.csv is a folder/],
    [
      "a file of a hundred gigabytes that takes no room",
      async (file) => {
        await writeFile(file, csv(rows));
        await truncate(file, 100e9);
      },
      /oof.csv is 100 GB of nothing/,
    ],
    ["a pipe", (file) => void execFileSync("mkfifo", [file]), /oof.csv is no plain file/],
  ];
  test.each(places)("%s in place of the OOF file", async (_, put, why) => {
    const { ws, artifacts, metrics } = await layOut({});
    const file = path.join(artifacts, "oof.csv");
    await rm(file);
    await put(file);
    const proof = await proveScore(ws, artifacts, metrics);
    expect(proof).toMatchObject({ verdict: "mismatch", summary: expect.stringMatching(why) });
  });

  test("an OOF file whose columns cannot be told", async () => {
    const oof = csv(rows).replace("id,y,pred,fold", "id,a,b,fold");
    const proof = await prove({ oof, metrics: { oof: undefined } });
    expect(proof).toMatchObject({
      verdict: "mismatch",
      summary: expect.stringMatching(
        /which columns of oof.csv .* not clear; train.py has to write/,
      ),
    });
  });
});

describe("unverifiable, since the competition's own files say nothing", () => {
  const open: [string, ProofCase, RegExp][] = [
    ["no target", { project: { target: undefined } }, /names no data.target/],
    ["a table without the target", { data: "id,x\n1,2\n" }, /train.csv has no column y/],
    ["a table that cannot be read", { data: "id,y\np0,yes\np1\n" }, /train.csv: /],
    ["labels that are not there", { project: { labels: "labels.csv" } }, /labels.csv is not there/],
  ];
  test.each(open)("%s", async (_, given, why) => {
    const proof = await prove(given);
    expect(proof).toMatchObject({ verdict: "unverifiable", summary: expect.stringMatching(why) });
  });
});
