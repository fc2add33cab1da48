// Seconds and memory that the proof of a score adds to a training: the OOF file joined to train.csv and the metric computed
// again, at 100,000 and at 2,000,000 rows.
//
//     node bench/prove-score.mjs [ROWS ...]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const scratch = path.join(tmpdir(), "crossfold-bench-prove-score");
const program = path.join(scratch, "program", "prove-score.mjs");
const features = 10;
const folds = 5;
const rounds = 3;
const metrics = { rmse: "minimize", roc_auc: "maximize" };

const [verb, ...words] = process.argv.slice(2);
if (verb === "prove") await prove(...words);
else if (verb === "nothing") process.exit(0);
else await main([verb, ...words].filter((word) => word !== undefined).map(Number));

async function main(sizes) {
  await bundle();
  const bare = spawn(["nothing"]).megabytes;
  console.log(`the best of ${rounds}, each in a process of its own; bare Node needs ${bare} MB`);
  console.log("rows       order     metric    seconds   s of CPU   MB above bare");
  for (const rows of sizes.length > 0 ? sizes : [100_000, 2_000_000]) {
    makeTables(rows);
    for (const order of ["data", "shuffled"])
      for (const metric of Object.keys(metrics)) {
        const runs = Array.from({ length: rounds }, () => spawn(["prove", rows, order, metric]));
        const { seconds, cpu } = runs.toSorted((a, b) => a.seconds - b.seconds)[0];
        const megabytes = Math.max(...runs.map((run) => run.megabytes)) - bare;
        const cells = [seconds.toFixed(2).padStart(7), cpu.toFixed(2).padStart(10), megabytes];
        const name = `${String(rows).padEnd(10)} ${order.padEnd(9)} ${metric.padEnd(9)}`;
        console.log(`${name}${cells[0]} ${cells[1]} ${String(cells[2]).padStart(15)}`);
      }
  }
}

/** The proof alone, as Node runs it. */
async function bundle() {
  mkdirSync(scratch, { recursive: true });
  const { build } = await import("tsdown");
  await build({
    config: false,
    entry: { "prove-score": path.join(repository, "src", "operations", "score", "prove-score.ts") },
    outDir: path.join(scratch, "program"),
    platform: "node",
    dts: false,
    logLevel: "silent",
  });
  const packages = path.join(scratch, "node_modules");
  rmSync(packages, { force: true });
  symlinkSync(path.join(repository, "node_modules"), packages);
}

/** train.csv with text ids and, of each order, an OOF file whose metrics come out the same at every run. */
function makeTables(rows) {
  const folder = folderOf(rows);
  if (existsSync(folder)) return;
  const unfinished = `${folder}-unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(path.join(unfinished, "data", "input", "bench"), { recursive: true });
  const random = makeRandom(20261123);
  const targets = new Float64Array(rows).map(() => Math.round(random() * 1e6) / 1e4);
  const train = (row) => [
    idOf(row),
    ...Array.from({ length: features }, () => random().toFixed(6)),
    targets[row],
    targets[row] > 70 ? 1 : 0,
  ];
  const header = ["id", ...Array.from({ length: features }, (_, at) => `x${at}`), "value", "label"];
  writeRows(path.join(unfinished, "data", "input", "bench", "train.csv"), header, rows, train);
  const hash = createHash("sha256");
  for (let row = 0; row < rows; row += 1) hash.update(`${idOf(row)},${row % folds}\n`);
  writeFileSync(path.join(unfinished, "folds_sha256"), hash.digest("hex"));
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const predicted = targets.map((value) => value + (random() - 0.5) * 60);
  for (const name of ["data", "shuffled"]) {
    if (name === "shuffled")
      for (let at = rows - 1; at > 0; at -= 1) {
        const other = Math.floor(random() * (at + 1));
        [order[at], order[other]] = [order[other], order[at]];
      }
    const oof = (at) => {
      const row = order[at];
      const score = predicted[row];
      return [
        idOf(row),
        targets[row],
        targets[row] > 70 ? 1 : 0,
        score,
        1 / (1 + Math.exp((70 - score) / 20)),
        row % folds,
      ];
    };
    writeRows(
      path.join(unfinished, `oof-${name}.csv`),
      ["id", "value", "label", "pred", "proba", "fold"],
      rows,
      oof,
    );
  }
  renameSync(unfinished, folder);
}

function idOf(row) {
  return `row_${String(row).padStart(7, "0")}`;
}

function folderOf(rows) {
  return path.join(scratch, String(rows));
}

function writeRows(file, header, rows, cells) {
  const out = openSync(file, "w");
  let lines = [header.join(",")];
  for (let row = 0; row < rows; row += 1) {
    lines.push(cells(row).join(","));
    if (lines.length < 20_000) continue;
    writeSync(out, `${lines.join("\n")}\n`);
    lines = [];
  }
  writeSync(out, lines.length === 0 ? "" : `${lines.join("\n")}\n`);
  closeSync(out);
}

/** Numbers between 0 and 1, the same at every run (mulberry32). */
function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function spawn(args) {
  const report = `process.on("exit",()=>process.stderr.write(JSON.stringify(process.resourceUsage())))`;
  const flags = ["--import", `data:text/javascript,${encodeURIComponent(report)}`];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, fileURLToPath(import.meta.url), ...args.map(String)],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(stderr);
  const cpu = (userCPUTime + systemCPUTime) / 1e6;
  return { seconds: Number(stdout), cpu, megabytes: Math.round(maxRSS / 1024) };
}

/** In a process of its own: seconds, the time to load the code included. */
async function prove(rows, order, metric) {
  const start = performance.now();
  const { proveScore } = await import(pathToFileURL(program).href);
  const numeric = metric === "rmse";
  const scores = { rmse: 17.3, roc_auc: 0.9 };
  const ws = {
    root: folderOf(rows),
    project: {
      competition_name: "bench",
      data: { train: "train.csv", id: "id", target: numeric ? "value" : "label" },
      metric: { name: metric, direction: metrics[metric] },
      validation: { strategy: "KFold", n_splits: folds, seed: 42 },
    },
  };
  const claimed = {
    cv_score: scores[metric],
    fold_scores: Array.from({ length: folds }, () => scores[metric]),
    metric,
    direction: metrics[metric],
    cv_is: "oof",
    config: {},
    // Proved only where the rows of train.csv keep their order.
    validation: { folds_sha256: readFileSync(path.join(ws.root, "folds_sha256"), "utf8") },
    oof: {
      file: `oof-${order}.csv`,
      id: "id",
      target: [numeric ? "value" : "label"],
      prediction: [numeric ? "pred" : "proba"],
      fold: "fold",
    },
  };
  const proof = await proveScore(ws, ws.root, claimed);
  if (process.env.SHOW_PROOF !== undefined) console.error(proof);
  // The claim is nearly right, so that every part of the work is done whatever the predictions give.
  if (!/cv_score is|computed again/.test(proof.summary)) throw new Error(proof.summary);
  console.log((performance.now() - start) / 1000);
}
