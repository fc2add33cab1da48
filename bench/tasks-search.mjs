// Seconds, seconds of processor and peak memory of the commands that read tasks, on 1,000 tasks with 1 MB of notes each.
//
//     npm run build && node bench/tasks-search.mjs [tasks] [megabytes]
//
// The notes are lines of epochs, every tenth task's in Japanese; one task has the words at the end of its notes.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const count = Number(process.argv[2] ?? 1000);
const megabytes = Number(process.argv[3] ?? 1);
const workspace = mkdtempSync(path.join(tmpdir(), "crossfold-bench-search-"));

try {
  makeWorkspace();
  console.log(`${count} tasks with ${megabytes} MB of notes each`);
  console.log(`${"command".padEnd(36)}      s  CPU s   MB at most`);
  for (const words of [
    ["tasks", "search", "needle", "haystack"],
    ["tasks", "search", "neddle"],
    ["tasks", "search", "epoch"],
    ["tasks", "search", "特徴量"],
    ["tasks"],
    ["plan"],
    ["overview"],
    ["history"],
    ["tasks", "view", "TASK-7"],
    ["plan", "add", "another idea"],
  ])
    console.log(line(words));
} finally {
  rmSync(workspace, { recursive: true });
}

function makeWorkspace() {
  writeFileSync(
    path.join(workspace, "project.yml"),
    "competition_name: bench\ncompetition_platform: local\ndata: { id: id, target: y }\nmetric: { name: roc_auc, direction: maximize }\n",
  );
  const folder = path.join(workspace, "backlog", "tasks");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(workspace, "backlog", "config.yml"), 'project_name: "bench"\n');
  for (let number = 1; number <= count; number += 1) {
    const name = `exp${String(number).padStart(4, "0")}`;
    const last = number === count ? "the needle in the haystack\n" : "";
    writeFileSync(
      path.join(folder, `task-${number} - ${name}.md`),
      `---\nid: TASK-${number}\ntitle: '${name}: an idea'\nstatus: To Do\ncreated_date: '2026-11-23 08:15'\nlabels:\n  - exp\n  - ${name}\ndependencies: []\n---\n\n## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\nHypothesis: idea ${number}\n<!-- SECTION:DESCRIPTION:END -->\n\n## Implementation Notes\n\n<!-- SECTION:NOTES:BEGIN -->\n${notes(number)}${last}<!-- SECTION:NOTES:END -->\n`,
    );
  }
}

function notes(number) {
  const lines = [];
  const size = megabytes * 1_000_000;
  for (let bytes = 0, epoch = 1; bytes < size; epoch += 1) {
    const text =
      number % 10 === 0
        ? `特徴量を変えて学習した結果、損失は${(number / epoch).toFixed(6)}になった。\n`
        : `epoch ${epoch} train_loss=${(number / epoch).toFixed(6)} lr=0.05 [fold ${epoch % 5}]\n`;
    lines.push(text);
    bytes += Buffer.byteLength(text);
  }
  return lines.join("");
}

/** The whole command, start of Node included; its peak memory as the system counts it. */
function line(words) {
  const peak = path.join(workspace, "peak");
  const report = `import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(${JSON.stringify(peak)},JSON.stringify(process.resourceUsage())))`;
  const flags = ["--import", `data:text/javascript,${encodeURIComponent(report)}`];
  const start = performance.now();
  const { status, stderr, error } = spawnSync(
    process.execPath,
    [...flags, path.join(root, "dist", "main.js"), ...words, "--json"],
    { cwd: workspace, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw error ?? new Error(`${words.join(" ")} failed:\n${stderr}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(readFileSync(peak, "utf8"));
  const processor = ((userCPUTime + systemCPUTime) / 1e6).toFixed(2);
  const memory = String(Math.round(maxRSS / 1024));
  return `${words.join(" ").padEnd(36)} ${seconds.padStart(6)} ${processor.padStart(6)} ${memory.padStart(8)}`;
}
