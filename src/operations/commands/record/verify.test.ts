import { appendFile, cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { renderHistory } from "../../../doors/text/history.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import { renderVerify } from "../../../doors/text/verify.ts";
import { checkScores } from "../../readiness/score-check.ts";
import { hashFile, hashFolder } from "../../../storage/files/hashes.ts";
import { readLedger } from "../../../storage/score/ledger-file.ts";
import { writeNotes } from "../../../storage/run/run-artifacts.ts";
import { runFolder } from "../../../storage/run/run-record.ts";
import { paths, type Workspace } from "../../../storage/workspace/workspace.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  testContext,
} from "../../../../test/support/workspace.ts";
import { history } from "../review/history.ts";
import { verify } from "./verify.ts";

const style = makeStyle({ color: false, width: Infinity });
const trainName = "data/input/toy/train.csv";

/** 20 rows in 5 folds, every fourth prediction wrong but for `better`, whose every tenth is. */
function predictions(better: boolean): { row: number; target: number; pred: number }[] {
  return Array.from({ length: 20 }, (_, row) => {
    const target = row % 3 === 0 ? 1 : 0;
    const wrong = row % (better ? 10 : 4) === 0;
    return { row, target, pred: wrong ? 1 - target : target };
  });
}

function scored(better: boolean): { oof: string; score: number; folds: number[] } {
  const rows = predictions(better);
  const share = (some: typeof rows) =>
    some.filter(({ target, pred }) => target === pred).length / some.length;
  const lines = rows.map(({ row, target, pred }) => `r${row},${target},${pred},${row % 5}`);
  return {
    oof: `id,target,pred,fold\n${lines.join("\n")}\n`,
    score: share(rows),
    folds: [0, 1, 2, 3, 4].map((fold) => share(rows.filter(({ row }) => row % 5 === fold))),
  };
}

let ws: Workspace;
const ids = { exp001: "20261123-011530-exp001-k3f9", exp002: "20261123-021530-exp002-m4g8" };

beforeEach(async () => {
  ws = await makeWorkspace();
  const rows = predictions(false).map(({ row, target }) => `r${row},${target}`);
  await mkdir(paths.input(ws), { recursive: true });
  await writeFile(path.join(ws.root, trainName), `id,target\n${rows.join("\n")}\n`);
  await train("exp001", ids.exp001, false);
  await train("exp002", ids.exp002, true);
});

/** A run with all that one keeps, and its line in the ledger. */
async function train(experiment: string, id: string, better: boolean): Promise<void> {
  await addExperiment(ws, experiment);
  const { oof, score, folds } = scored(better);
  const metrics = {
    cv_score: score,
    fold_scores: folds,
    metric: "accuracy",
    direction: "maximize",
    cv_is: "oof",
    config: { depth: 6, rates: [0.1, 0.2] },
    validation: { n_splits: 5 },
    oof: { file: "oof.csv", id: "id", target: "target", prediction: "pred", fold: "fold" },
  };
  await addRun(ws, experiment, { id, metrics, code: { "train.py": `name = "${experiment}"\n` } });
  const folder = runFolder(ws, id);
  await put(path.join(folder, "artifacts", "oof.csv"), oof);
  const code = await hashFolder(path.join(folder, "code"));
  const data = { [trainName]: await hashFile(path.join(ws.root, trainName)) };
  await edit(path.join(folder, "spec.json"), (spec) => ({
    ...spec,
    hashes: { code, lock: null, data },
  }));
  const recorded = { recorded: true, score, summary: "", problem: null, next: null };
  await put(path.join(folder, "recorded.json"), JSON.stringify(recorded));
  await append(experiment, {
    kind: "cv",
    at: "2026-11-23T01:16:30.000Z",
    run: id,
    score,
    folds,
    cv_is: "oof",
    metric: "accuracy",
    direction: "maximize",
    target: ["target"],
    validation: { strategy: "StratifiedKFold", n_splits: 5, seed: 42 },
    config: metrics.config,
    proof: { verdict: "verified", summary: "computed again" },
    rows: { scored: 20, of: 20 },
    partial: null,
    oof_sha256: await hashFile(path.join(folder, "artifacts", "oof.csv")),
    git_commit: null,
    code_sha256: code,
    data_sha256: data,
  });
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

type Json = Record<string, unknown>;

async function edit(file: string, change: (value: Json) => object): Promise<void> {
  await writeFile(file, `${JSON.stringify(change(JSON.parse(await readFile(file, "utf8"))))}\n`);
}

const append = (experiment: string, added: object) =>
  appendFile(paths.ledger(ws, experiment), `${JSON.stringify(added)}\n`);
const line = async (experiment: string): Promise<Json> =>
  JSON.parse(await readFile(paths.ledger(ws, experiment), "utf8"));
const changeLine = (changes: object) =>
  edit(paths.ledger(ws, "exp001"), (own) => ({ ...own, ...changes }));
const inRun = (name: string) => path.join(runFolder(ws, ids.exp001), name);

async function verified(...experiments: string[]) {
  return verify.run(testContext(ws), { experiments });
}

/** How exp001's first line was judged. */
async function judgedFirst() {
  const output = await verified("exp001");
  return { ...output.scores[0]!, exitCode: verify.exitCode!(output), all: output };
}

test("scores that their runs give are verified, and history says when", async () => {
  const output = await verified();
  expect(output.scores).toMatchObject([
    { experiment: "exp001", line: 1, run: ids.exp001, outcome: "verified", why: [] },
    { experiment: "exp002", outcome: "verified" },
  ]);
  expect(verify.exitCode!(output)).toBe(0);
  expect(renderVerify(output, style)).toBe("2 verified");
  const shown = await history.run(testContext(ws), history.input.parse({}));
  expect(renderHistory(shown, style)).toContain("verify 2026-11-23 12:00 UTC: 2 verified");
  expect(await checkScores(ws)).toMatchObject({ found: true });
});

/** What is done to exp001, and what verify has to say of it. */
const forgeries: [string, () => Promise<unknown>, RegExp][] = [
  ["the ledger's number", () => changeLine({ score: 0.99 }), /score is 0.99, but its run/],
  ["by little", () => changeLine({ score: 0.75001 }), /score is 0.75001/],
  ["a fold", () => changeLine({ folds: [1, 1, 1, 1, 1] }), /folds\[0\] is 1/],
  ["the metric", () => changeLine({ metric: "f1_macro" }), /metric is "f1_macro"/],
  ["the direction", () => changeLine({ direction: "minimize" }), /direction is "minimize"/],
  ["the settings", () => changeLine({ config: { depth: 9 } }), /config is not that/],
  ["the folds' hash", () => changeLine({ folds_sha256: "0".repeat(64) }), /folds_sha256/],
  ["the OOF file's hash", () => changeLine({ oof_sha256: "0" }), /oof.csv of its run is not/],
  ["the code's hash", () => changeLine({ code_sha256: "0" }), /code_sha256/],
  ["the data's hash", () => changeLine({ data_sha256: {} }), /data_sha256/],
  [
    "the ledger, metrics.json and recorded.json together: the predictions still tell",
    async () => {
      await changeLine({ score: 0.99 });
      await edit(inRun("artifacts/metrics.json"), (metrics) => ({ ...metrics, cv_score: 0.99 }));
      await edit(inRun("recorded.json"), (outcome) => ({ ...outcome, score: 0.99 }));
    },
    /cv_score is 0.99 .* predictions give 0.75/,
  ],
  [
    "the predictions",
    () => writeFile(inRun("artifacts/oof.csv"), scored(true).oof),
    /oof.csv of its run is not the file that was scored/,
  ],
  [
    "the predictions and their hash in the ledger",
    async () => {
      await writeFile(inRun("artifacts/oof.csv"), scored(true).oof);
      await changeLine({ oof_sha256: await hashFile(inRun("artifacts/oof.csv")) });
    },
    /cv_score is 0.75 .* predictions give 0.9/,
  ],
  ["the code in the record", () => writeFile(inRun("code/train.py"), "x\n"), /the code in its/],
  ["no run's id", () => changeLine({ run: "../../../exp001" }), /is no run's id/],
  ["the run of another experiment", () => changeLine({ run: ids.exp002 }), /one of exp002/],
  [
    "a record copied under another name",
    async () => {
      const id = "20261123-031530-exp001-aaaa";
      await cp(runFolder(ws, ids.exp001), runFolder(ws, id), { recursive: true });
      await changeLine({ run: id });
    },
    /is that of run 20261123-011530-exp001-k3f9: a copy of a record is no run/,
  ],
  [
    "a run whose score was refused",
    () => edit(inRun("recorded.json"), (own) => ({ ...own, recorded: false, score: null })),
    /was judged, and gives no score/,
  ],
  [
    "a run that was judged otherwise",
    async () => {
      const entry = { ...(await line("exp001")), score: 0.7 };
      const written = { outcome: "scored", at: "2026-11-23T01:16:30.000Z", entry };
      await put(inRun("judged.json"), JSON.stringify(written));
    },
    /score is 0.75, but its run was judged to have 0.7/,
  ],
  [
    "a part of the rows as if it were the whole",
    async () => {
      const partial = { kind: "sample", rows: 20, of: 21 };
      await appendFile(path.join(ws.root, trainName), "r20,1\n");
      const hash = await hashFile(path.join(ws.root, trainName));
      const data = { [trainName]: hash };
      await edit(inRun("artifacts/metrics.json"), (metrics) => ({ ...metrics, partial }));
      await edit(inRun("spec.json"), (spec) => ({
        ...spec,
        hashes: { ...(spec["hashes"] as object), data },
      }));
      await changeLine({ data_sha256: data });
    },
    /rows is 20 of 20 rows, but the predictions are of 20 of 21 rows; partial is null/,
  ],
  ["a debug run", () => edit(inRun("spec.json"), (s) => ({ ...s, debug: true })), /debug run/],
  [
    "a run that failed",
    () => edit(inRun("state.json"), (own) => ({ ...own, state: "failed" })),
    /its run is failed/,
  ],
  [
    "a metric that nothing can have proved",
    async () => {
      await changeLine({ metric: "profit" });
      await edit(inRun("artifacts/metrics.json"), (metrics) => ({ ...metrics, metric: "profit" }));
    },
    /proof is verified, but profit is not a metric Crossfold computes/,
  ],
];

describe("contradicted, and counts no more:", () => {
  test.each(forgeries)("%s", async (_, forge, why) => {
    await forge();
    const { outcome, why: reasons, exitCode } = await judgedFirst();
    expect(reasons.join("; ")).toMatch(why);
    expect({ outcome, exitCode }).toEqual({ outcome: "contradicted", exitCode: 3 });
    const { entries, contradicted, problems } = await readLedger(ws, "exp001");
    expect(entries).toEqual([]);
    expect(contradicted).toHaveLength(1);
    expect(problems).toMatchObject([{ at: { file: paths.ledger(ws, "exp001"), line: 1 } }]);
  });
});

test("history, doctor and the summary name a contradicted score until verify finds it right", async () => {
  const before = await readFile(paths.ledger(ws, "exp002"), "utf8");
  await edit(paths.ledger(ws, "exp002"), (own) => ({ ...own, score: 0.99 }));
  const forged = await verified();
  expect(renderVerify(forged, style)).toMatch(
    /1 verified, 1 contradicted[^]*exp002:1 +0.9900\d* +contradicted +20261123-021530-exp002-m4g8 +score is 0.99/,
  );
  const read = async () => history.run(testContext(ws), history.input.parse({ sort: "name" }));
  const shown = await read();
  expect(shown.experiments).toMatchObject([{ best: true }, { cv: null, standing: null }]);
  expect(shown.verify).toMatchObject({ counts: { verified: 1, contradicted: 1 }, unchecked: 0 });
  expect(renderHistory(shown, style)).toMatch(
    /models\/exp002\/scores.jsonl:1 +the score of run 20261123-021530-exp002-m4g8 counts no more: score is 0.99/,
  );
  expect(await checkScores(ws)).toMatchObject({ found: false, how: { operation: "verify" } });
  // An edited line has no verdict, and the right one is found right.
  await writeFile(paths.ledger(ws, "exp002"), before);
  expect((await read()).verify).toMatchObject({ counts: { contradicted: 0 }, unchecked: 1 });
  await verified("exp002");
  const right = await read();
  expect(right.experiments[1]).toMatchObject({ best: true, cv: 0.9 });
  expect(right.verify).toMatchObject({ counts: { verified: 2 }, unchecked: 0 });
});

/** What cannot be told here contradicts nothing. */
const harmless: [string, () => Promise<unknown>, string, RegExp][] = [
  [
    "a colleague's clone has no record of the run",
    () => rm(runFolder(ws, ids.exp001), { recursive: true }),
    "not-on-this-machine",
    /^$/,
  ],
  ["predictions gone", () => rm(inRun("artifacts"), { recursive: true }), "not-kept", /not kept/],
  [
    "metrics.json gone",
    async () => {
      await rm(inRun("artifacts/metrics.json"));
      await rm(inRun("metrics.json"));
    },
    "not-kept",
    /metrics.json is gone/,
  ],
  ["a spec.json cut short", () => writeFile(inRun("spec.json"), '{"sch'), "not-kept", /spec.json/],
  [
    "other data",
    () => appendFile(path.join(ws.root, trainName), "r20,1\n"),
    "data-changed",
    /train.csv is not the file that its run had/,
  ],
  ["no data", () => rm(path.join(ws.root, trainName)), "data-changed", /train.csv is not here/],
  [
    "a metric that Crossfold does not compute",
    async () => {
      await changeLine({ metric: "profit", proof: { verdict: "unverifiable", summary: "no" } });
      await edit(inRun("artifacts/metrics.json"), (metrics) => ({ ...metrics, metric: "profit" }));
    },
    "unverified",
    /profit is not a metric/,
  ],
  [
    "what Python leaves beside the code",
    () => put(inRun("code/__pycache__/settings.pyc"), "x"),
    "verified",
    /^$/,
  ],
  [
    "predictions kept compactly",
    async () => {
      const { default: duckdb } = await import("@duckdb/node-api");
      const instance = await duckdb.DuckDBInstance.create();
      const connection = await instance.connect();
      const [from, to] = [inRun("artifacts/oof.csv"), inRun("artifacts/oof.parquet")];
      await connection.run(`COPY (FROM '${from}') TO '${to}'`);
      const as = { size: (await stat(from)).size, sha256: await hashFile(from) };
      const made = { size: (await stat(to)).size, sha256: await hashFile(to) };
      await writeNotes(inRun(""), {
        "oof.csv": { ...as, dropped: true, as: "oof.parquet" },
        "oof.parquet": { ...made, from: "oof.csv" },
      });
      await rm(from);
    },
    "verified",
    /^$/,
  ],
];

describe("not contradicted:", () => {
  test.each(harmless)("%s", async (_, change, outcome, why) => {
    await change();
    const found = await judgedFirst();
    expect(found.why.join("; ")).toMatch(why);
    expect(found).toMatchObject({ outcome, exitCode: 0 });
    expect((await readLedger(ws, "exp001")).entries).toHaveLength(1);
  });
});

test("a second line for a run counts for nothing, whatever it says and wherever it stands", async () => {
  const first = await line("exp001");
  await append("exp001", { ...first, at: "2026-11-24T00:00:00.000Z", score: 0.99 });
  expect(await readLedger(ws, "exp001")).toMatchObject({
    entries: [{ score: 0.75 }],
    problems: [{ message: expect.stringContaining("line 1 already"), at: { line: 2 } }],
  });
  // Before the true one it counts until verify has looked.
  const lines = (await readFile(paths.ledger(ws, "exp001"), "utf8")).trim().split("\n");
  await writeFile(paths.ledger(ws, "exp001"), `${lines.toReversed().join("\n")}\n`);
  const { scores } = await verified("exp001");
  expect(scores.map(({ outcome }) => outcome)).toEqual(["contradicted", "verified"]);
  expect((await readLedger(ws, "exp001")).entries).toMatchObject([{ score: 0.75 }]);
  // The very same line once more is no newer score.
  await append("exp002", await line("exp002"));
  const twice = await verified("exp002");
  expect(twice.scores.map(({ outcome }) => outcome)).toEqual(["verified", "contradicted"]);
  expect((await readLedger(ws, "exp002")).entries).toHaveLength(1);
});

test("a line cut in half and a ledger that is none are named and hide nothing", async () => {
  await appendFile(paths.ledger(ws, "exp001"), '{"kind":"cv","at":"20');
  await addExperiment(ws, "exp003");
  await mkdir(paths.ledger(ws, "exp003"));
  const { counts, problems } = await verified();
  expect(counts).toMatchObject({ verified: 2, contradicted: 0 });
  expect(problems).toMatchObject([
    { file: "models/exp001/scores.jsonl", line: 2 },
    { file: "models/exp003/scores.jsonl", line: null },
  ]);
});

test("a named experiment keeps what was found of the others", async () => {
  await edit(paths.ledger(ws, "exp001"), (own) => ({ ...own, score: 0.99 }));
  await verified();
  await verified("exp002");
  expect((await readLedger(ws, "exp001")).entries).toEqual([]);
  await writeFile(paths.verified(ws), "{");
  expect((await readLedger(ws, "exp001")).entries).toHaveLength(1);
  await expect(verified("exp009")).rejects.toThrow("no experiment exp009");
});
