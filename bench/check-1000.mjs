// Seconds and peak memory of `crossfold check` on 1,000 experiments, beside `ruff check` on the same files.
//
//     npm run build && node bench/check-1000.mjs [rounds] [experiments]
//
// ruff is taken from PATH or run by uv. It knows nothing of experiments: it is there for the scale.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const templates = path.join(root, "templates", "workspace", "templates");
const workspace = mkdtempSync(path.join(tmpdir(), "crossfold-bench-check-"));
const rounds = Number(process.argv[2] ?? 3);
const count = Number(process.argv[3] ?? 1000);

try {
  const lines = makeWorkspace();
  const ours = best(runCheck);
  const ruff = best(runRuff);
  console.log(`${count} experiments, ${lines} lines of Python, the best of ${rounds}`);
  console.log(line("crossfold check", ours));
  console.log(line("ruff check", ruff));
  console.log(
    `ratio            ${(ours.seconds / ruff.seconds).toFixed(1)} of its seconds, ${(ours.megabytes / ruff.megabytes).toFixed(1)} of its memory`,
  );
} finally {
  rmSync(workspace, { recursive: true });
}

function line(name, { seconds, megabytes }) {
  return `${name.padEnd(16)}${seconds.toFixed(2).padStart(7)} s${String(megabytes).padStart(6)} MB at most`;
}

function best(run) {
  return Array.from({ length: rounds }, run).toSorted((a, b) => a.seconds - b.seconds)[0];
}

/** Copies of the template under names of their own; gives their lines of Python. */
function makeWorkspace() {
  writeFileSync(
    path.join(workspace, "project.yml"),
    "competition_name: bench\ncompetition_platform: local\ndata: { id: id, target: y }\nmetric: { name: roc_auc, direction: maximize }\n",
  );
  let lines = 0;
  for (let number = 1; number <= count; number += 1) {
    const name = `exp${String(number).padStart(4, "0")}`;
    const folder = path.join(workspace, "models", name);
    mkdirSync(folder, { recursive: true });
    cpSync(path.join(templates, "models"), folder, { recursive: true });
    cpSync(path.join(templates, "harness"), path.join(folder, "harness"), { recursive: true });
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const file of files.filter((one) => one.endsWith(".py"))) {
      const text = readFileSync(path.join(folder, file), "utf8").replaceAll("exp000", name);
      writeFileSync(path.join(folder, file), text);
      lines += text.split("\n").length - 1;
    }
  }
  return lines;
}

/** The whole command, start of Node included; its peak memory as the system counts it. */
function runCheck() {
  const peak = path.join(workspace, "peak");
  const report = `import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(${JSON.stringify(peak)},String(process.resourceUsage().maxRSS)))`;
  const flags = ["--import", `data:text/javascript,${encodeURIComponent(report)}`];
  const words = [...flags, path.join(root, "dist", "main.js"), "check", "--json"];
  const { seconds, stdout } = timed(process.execPath, words);
  const { experiments, findings } = JSON.parse(stdout);
  if (experiments !== count || findings.length > 0) throw new Error("the template is not silent");
  return { seconds, megabytes: Math.round(Number(readFileSync(peak, "utf8")) / 1024) };
}

/** Without its cache. A small Python waits for it, which is the way to its peak memory. */
function runRuff() {
  const found = spawnSync("ruff", ["--version"]).status === 0;
  const ruff = found ? ["ruff"] : ["uv", "tool", "run", "--quiet", "ruff"];
  const wait =
    "import resource, subprocess, sys\nsubprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\nprint(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
  const words = ["-c", wait, ...ruff, "check", "--no-cache", "--exit-zero", "models"];
  const { seconds, stdout } = timed("python3", words);
  return { seconds, megabytes: Math.round(Number(stdout) / 1024) };
}

function timed(program, words) {
  const start = performance.now();
  const options = { cwd: workspace, encoding: "utf8", maxBuffer: 2 ** 28 };
  const { status, stdout, stderr, error } = spawnSync(program, words, options);
  if (status !== 0) throw error ?? new Error(`${program} failed:\n${stderr}`);
  return { seconds: (performance.now() - start) / 1000, stdout };
}
