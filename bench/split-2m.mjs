// Seconds and peak memory of `crossfold split` on 2,000,000 rows, beside polars doing the counts that it rests on.
//
//     npm run build && node bench/split-2m.mjs
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const workspace = path.join(tmpdir(), "crossfold-bench-split-2m");
const data = path.join(workspace, "data", "input", "bench");
const script = path.join(root, "bench", "split_2m.py");
const rounds = 3;

makeWorkspace();
const ours = best(() => runSplit());
const peer = best(() => JSON.parse(runPython("count")));
if (ours.group !== "customer_id" || !peer.apart.includes("customer_id"))
  throw new Error(`they do not agree: ${JSON.stringify([ours, peer])}`);

const size = ["train.csv", "test.csv"].reduce(
  (sum, name) => sum + statSync(path.join(data, name)).size,
  0,
);
console.log(
  `2,000,000 rows of train and 500,000 of test, ${Math.round(size / 1e6)} MB of CSV, the best of ${rounds}`,
);
console.log(line("crossfold split", ours));
console.log(line("polars, counts", peer));
console.log(
  `ratio             ${(ours.seconds / peer.seconds).toFixed(2)} of its seconds, ${(ours.cpu / peer.cpu).toFixed(2)} of its CPU, ${(ours.megabytes / peer.megabytes).toFixed(2)} of its memory`,
);

function line(name, { seconds, cpu, megabytes }) {
  return `${name.padEnd(16)}${seconds.toFixed(2).padStart(6)} s${cpu.toFixed(2).padStart(8)} s of CPU${String(megabytes).padStart(7)} MB at most`;
}

function best(run) {
  const runs = Array.from({ length: rounds }, run);
  return runs.toSorted((a, b) => a.seconds - b.seconds)[0];
}

function makeWorkspace() {
  mkdirSync(data, { recursive: true });
  writeFileSync(
    path.join(workspace, "project.yml"),
    "competition_name: bench\ncompetition_platform: local\ndata: { id: id, target: returned }\nmetric: { name: roc_auc, direction: maximize }\n",
  );
  if (!existsSync(path.join(data, "test.csv"))) runPython("make");
}

/** The whole command, start of Node included; its peak memory as the system counts it. */
function runSplit() {
  const peak = path.join(workspace, "peak");
  const report = `import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(${JSON.stringify(peak)},JSON.stringify(process.resourceUsage())))`;
  rmSync(peak, { force: true });
  const start = performance.now();
  const flags = ["--import", `data:text/javascript,${encodeURIComponent(report)}`];
  const output = call(process.execPath, [
    ...flags,
    path.join(root, "dist", "main.js"),
    "split",
    "--json",
  ]);
  const seconds = (performance.now() - start) / 1000;
  const usage = JSON.parse(readFileSync(peak, "utf8"));
  const megabytes = Math.round(usage.maxRSS / 1024);
  const cpu = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
  return { seconds, cpu, megabytes, group: JSON.parse(output).validation.group };
}

function runPython(verb) {
  const packages = ["--with", "polars==2.1.0", "--with", "numpy==2.4.6"];
  return call("uv", ["run", "--quiet", "--no-project", ...packages, "python", script, verb, data]);
}

function call(program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: workspace,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}
