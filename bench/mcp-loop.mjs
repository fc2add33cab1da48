// What an agent pays for one whole loop through MCP: node bench/mcp-loop.mjs [REF]
// Builds REF (by default the last commit whose list of tools held every schema) beside HEAD, makes the demo's workspace
// with each (one to two minutes), lets the same calls go through both servers, and prints the bytes of each message.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [ref = "eda0986"] = process.argv.slice(2);
const loop = [
  ["plan", {}],
  ["docs", {}],
  ["docs_view", { id: "DOC-1" }],
  ["history", {}],
  ["compare", { a: "exp001", b: "exp002" }],
  ["tasks_search", { words: ["rate"] }],
  ["plan_add", { hypothesis: "a smaller learning rate is steadier", from: "exp002" }],
  ["new", { experiment: "exp003", from: "exp002" }],
  ["check", { experiments: ["exp003"] }],
  ["train", { experiment: "exp003", on: "local", detach: true }],
  ["wait", { run: "exp003", timeout: 300 }],
  ["logs", { run: "exp003", tail: 50 }],
  ["runs", {}],
  ["show", { experiment: "exp003" }],
  ["submit", { experiment: "exp003", dryRun: true }],
  ["done", { experiment: "exp003", summary: "no better" }],
  ["plan", {}],
];

const scratch = mkdtempSync(path.join(tmpdir(), "crossfold-mcp-"));
try {
  const before = await drive(build(ref, "before"));
  const now = await drive(build("HEAD", "now"));
  console.log(`${"bytes".padEnd(16)} ${ref.padStart(9)}       now   ratio`);
  for (const [index, [name, old]] of before.entries()) print(name, old, now[index][1]);
  print("all answers", sum(before), sum(now));
} finally {
  run("git", ["worktree", "prune"], repository);
  rmSync(scratch, { recursive: true, force: true });
}

function print(name, old, fresh) {
  const numbers = `${String(old).padStart(9)} ${String(fresh).padStart(9)}`;
  console.log(`${name.padEnd(16)} ${numbers} ${(fresh / old).toFixed(2).padStart(7)}`);
}

function sum(answers) {
  return answers.reduce((all, [, bytes]) => all + bytes, 0);
}

/** The built program of a commit, with the packages of this folder. */
function build(commit, name) {
  const folder = path.join(scratch, name);
  run("git", ["worktree", "add", "--quiet", "--detach", folder, commit], repository);
  symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
  const tsdown = path.join(repository, "node_modules", "tsdown", "dist", "run.mjs");
  run(process.execPath, [tsdown, "--log-level", "error"], folder);
  return path.join(folder, "dist", "main.js");
}

/** The size of each answer of the loop, the list of tools before them, in a demo of the program's own. */
async function drive(program) {
  const folder = path.join(path.dirname(path.dirname(program)), "demo");
  run(process.execPath, [program, "demo", folder], scratch);
  const server = spawn(process.execPath, [program, "mcp"], { cwd: folder, stdio: "pipe" });
  server.stderr.pipe(process.stderr);
  const waiting = new Map();
  createInterface({ input: server.stdout }).on("line", (line) => {
    const { id } = JSON.parse(line);
    waiting.get(id)?.(line);
  });
  const ask = (id, method, params) =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
      server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    });
  const clientInfo = { name: "bench", version: "1" };
  await ask(0, "initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
  server.stdin.write(
    `${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`,
  );
  const answers = [["tools/list", Buffer.byteLength(await ask(1, "tools/list", {}))]];
  for (const [index, [name, given]] of loop.entries()) {
    const line = await ask(index + 2, "tools/call", { name, arguments: given });
    if (JSON.parse(line).result?.isError) throw new Error(`${name}: ${line}`);
    answers.push([name, Buffer.byteLength(line)]);
  }
  server.stdin.end();
  return answers;
}

function run(program, args, cwd) {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}
