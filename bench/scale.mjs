// How long commands take in a workspace of 10,000 experiments, 20,000 runs and 10,000 tasks, with 256 open files allowed,
// as a ratio to Node doing nothing:
//
//     npm run build && node bench/scale.mjs [--experiments 10000] [--rounds 9] [--switch]
//
// The workspace is made once, in the folder for temporary files, and kept. Before each call but those of `history` one
// experiment, one run and one task are changed. `tasks` stands beside the real Backlog.md at 1,000 tasks. `--switch` puts
// the workspace under git and switches to a branch on which every experiment and task is another.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { experimentName, makeScaleWorkspace } from "./scale-workspace.mjs";

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const program = path.join(repository, "dist", "main.js");
const { values } = parseArgs({
  options: {
    experiments: { type: "string", default: "10000" },
    rounds: { type: "string", default: "9" },
    switch: { type: "boolean", default: false },
  },
});
const [count, rounds] = [Number(values.experiments), Number(values.rounds)];
// Raises the start of every Node process where it is set.
const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, NO_COLOR: "1" };
const peakFile = path.join(tmpdir(), `crossfold-scale-peak-${process.pid}`);
const [middle, next] = [Math.floor(count / 2), Math.floor(count / 2) + 1].map(experimentName);

let changes = 0;
let runNames;
let taskNames;

const workspace = workspaceOf(count);
console.log(`${count} experiments, ${2 * count} runs, ${count} tasks; medians of ${rounds}`);
console.log("command                              s   x node -e 0   target      MB");
measureHistory();
const commands = [
  ["plan"],
  ["tasks"],
  ["runs"],
  ["show", middle],
  ["compare", middle, next],
  ["new"],
  ["complete", "bash", "--", "show", ""],
];
for (const words of commands) {
  const before = words[0] === "new" ? changeOneAndForgetNew : changeOne;
  print(words.slice(0, 3).join(" "), measure(words, { before }), "20 x");
}
measureBacklog();
if (values.switch) measureSwitch();
rmSync(peakFile, { force: true });

function workspaceOf(experiments) {
  const folder = path.join(tmpdir(), `crossfold-scale-${experiments}`);
  makeScaleWorkspace(folder, experiments);
  return folder;
}

function measureHistory() {
  const words = ["history", "--limit", "5"];
  const first = measure(words, { before: forget, times: 1 });
  print("history --limit 5, first call", first, "4 s");
  print("history --limit 5", measure(words), "16 x");
  print("history", measure(["history"]), "");
}

function forget() {
  rmSync(path.join(workspace, ".crossfold", "index"), { recursive: true, force: true });
}

/** Of an experiment its hypothesis and its ledger, of a run its state, of a task its notes. */
function changeOne() {
  changes += 1;
  const number = 1 + ((changes * 379) % count);
  const folder = path.join(workspace, "models", experimentName(number));
  edit(path.join(folder, "experiment.yml"), (text) =>
    text.replace(/^hypothesis: .*$/m, `hypothesis: change ${changes}`),
  );
  edit(path.join(folder, "scores.jsonl"), (text) =>
    text.replace(/"cv_is":"\w+"/, `"cv_is":"${changes % 2 ? "oof" : "fold_mean"}"`),
  );
  const runs = path.join(workspace, ".crossfold", "runs");
  runNames ??= readdirSync(runs);
  const run = path.join(runs, runNames[(changes * 379) % runNames.length]);
  edit(path.join(run, "state.json"), (text) =>
    text.replace(/"updated": "[^"]*"/, `"updated": "${new Date().toISOString()}"`),
  );
  const tasks = path.join(workspace, "backlog", "tasks");
  taskNames ??= readdirSync(tasks);
  edit(path.join(tasks, taskNames[(changes * 379) % taskNames.length]), (text) =>
    text.replace(/^priority: .*$/m, `priority: ${changes % 2 ? "low" : "high"}`),
  );
}

/** What the round before made goes first. */
function changeOneAndForgetNew() {
  const name = experimentName(count + 1);
  rmSync(path.join(workspace, "models", name), { recursive: true, force: true });
  const tasks = path.join(workspace, "backlog", "tasks");
  for (const task of readdirSync(tasks))
    if (task.startsWith(`task-${count + 1} `)) rmSync(path.join(tasks, task));
  changeOne();
}

function edit(file, change) {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

/** Median seconds of a command and of Node doing nothing, run in turn, and the command's peak memory. */
function measure(words, { before = () => {}, times = rounds, cwd = workspace } = {}) {
  const [seconds, nothing] = [[], []];
  let megabytes = 0;
  // The first round warms the disk's cache.
  for (let round = times === 1 ? 1 : 0; round <= times; round += 1) {
    before();
    const [own, none] = [timed([...peakFlags(), program, ...words], cwd), timed(["-e", "0"], cwd)];
    if (round === 0) continue;
    seconds.push(own);
    nothing.push(none);
    megabytes = Math.max(megabytes, Math.round(Number(readFileSync(peakFile, "utf8")) / 1024));
  }
  return { seconds: median(seconds), ratio: median(seconds) / median(nothing), megabytes };
}

/** Writes the peak memory that the system counted when the command ends. */
function peakFlags() {
  const report = `import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(${JSON.stringify(peakFile)},String(process.resourceUsage().maxRSS)))`;
  return ["--import", `data:text/javascript,${encodeURIComponent(report)}`];
}

function timed(args, cwd) {
  const limited = ["-c", 'ulimit -n 256; exec "$@"', "sh", process.execPath, ...args];
  const began = performance.now();
  const { status, stderr } = spawnSync("sh", limited, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const took = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`${args.join(" ")}: exit code ${status}\n${stderr}`);
  return took;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function print(name, { seconds, ratio, megabytes }, target) {
  const cells = [seconds.toFixed(3).padStart(8), ratio.toFixed(1).padStart(14), target.padStart(9)];
  console.log(`${name.padEnd(30)}${cells.join("")}${String(megabytes ?? "").padStart(8)}`);
}

function measureBacklog() {
  const cwd = workspaceOf(1000);
  const backlog = path.join(repository, "node_modules", ".bin", "backlog");
  const [ours, theirs] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(timed([program, "tasks"], cwd));
    const began = performance.now();
    const { status, stderr } = spawnSync(backlog, ["task", "list", "--plain"], {
      cwd,
      env,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(stderr);
    theirs.push((performance.now() - began) / 1000);
  }
  const ratio = median(theirs) / median(ours);
  console.log(
    `\n1,000 tasks: tasks ${median(ours).toFixed(3)} s, backlog task list ${median(theirs).toFixed(3)} s: ${ratio.toFixed(1)} x as fast (5 x)`,
  );
}

function measureSwitch() {
  if (!existsSync(path.join(workspace, ".git"))) makeBranches();
  for (const branch of ["other", "main"]) {
    git("checkout", "--quiet", "--force", branch);
    const { seconds, megabytes } = measure(["history", "--limit", "5"], { times: 1 });
    console.log(
      `history --limit 5 right after a switch to ${branch}: ${seconds.toFixed(2)} s, ${megabytes} MB (4 s)`,
    );
  }
}

/** On `other` every experiment has another hypothesis and every task another status. */
function makeBranches() {
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=main");
  git("checkout", "--quiet", "-b", "other");
  for (const name of readdirSync(path.join(workspace, "models")))
    edit(path.join(workspace, "models", name, "experiment.yml"), (text) =>
      text.replace(/^hypothesis: .*$/m, "hypothesis: another"),
    );
  const tasks = path.join(workspace, "backlog", "tasks");
  for (const name of readdirSync(tasks))
    edit(path.join(tasks, name), (text) => text.replace(/^status: .*$/m, "status: In Progress"));
  git("commit", "--quiet", "--all", "--message=other");
}

function git(...args) {
  const identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], {
    cwd: workspace,
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
}
