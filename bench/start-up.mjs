// What Google's and Kaggle's clients cost the commands that do not use them: node bench/start-up.mjs [REF] [ROUNDS]
// Builds REF (by default the last commit before those clients) beside the working tree, runs both in turn on one
// workspace, and prints medians in milliseconds and their ratio.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [ref = "3839ac0", rounds = "15"] = process.argv.slice(2);
const commands = [["--version"], ["--help"], ["history"], ["runs"], ["plan"], ["check", "exp001"]];

const scratch = mkdtempSync(path.join(tmpdir(), "crossfold-start-"));
// Raises the start of every Node process where it is set.
const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, NO_COLOR: "1" };
try {
  const before = build(ref, path.join(scratch, "before"));
  const now = build("HEAD", path.join(scratch, "now"));
  const workspace = makeWorkspace(now);
  console.log(`command          ${ref.padStart(9)}      now   ratio`);
  for (const words of [undefined, ...commands]) {
    const [old, fresh] = measure([before, now], words, workspace);
    const ratio = (fresh / old).toFixed(2);
    const name = words === undefined ? "node -e 0" : words.join(" ");
    console.log(
      `${name.padEnd(16)} ${old.toFixed(0).padStart(9)} ${fresh.toFixed(0).padStart(8)} ${ratio.padStart(7)}`,
    );
  }
} finally {
  run("git", ["worktree", "prune"], repository);
  rmSync(scratch, { recursive: true, force: true });
}

/** The built program of a commit, with the packages of this folder. */
function build(commit, folder) {
  run("git", ["worktree", "add", "--quiet", "--detach", folder, commit], repository);
  symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
  const tsdown = path.join(repository, "node_modules", "tsdown", "dist", "run.mjs");
  run(process.execPath, [tsdown, "--log-level", "error"], folder);
  return path.join(folder, "dist", "main.js");
}

function makeWorkspace(program) {
  const folder = path.join(scratch, "workspace");
  const words = ["--platform", "local", "--metric", "rmse", "--target", "y", "--no-sync"];
  run("git", ["init", "--quiet", folder], scratch);
  writeFileSync(path.join(folder, "train.csv"), "id,y\n1,2\n");
  run(process.execPath, [program, "init", "--competition", "tiny", ...words], folder);
  run(process.execPath, [program, "new", "exp001"], folder);
  return folder;
}

/** Medians of both programs, run in turn; without words of Node doing nothing. */
function measure(programs, words, cwd) {
  const times = programs.map(() => []);
  for (let round = 0; round <= Number(rounds); round += 1) {
    programs.forEach((program, index) => {
      const args = words === undefined ? ["-e", "0"] : [program, ...words];
      const began = performance.now();
      spawnSync(process.execPath, args, { cwd, env, stdio: "ignore" });
      // The first round warms the disk's cache.
      if (round > 0) times[index].push(performance.now() - began);
    });
  }
  return times.map((one) => one.toSorted((a, b) => a - b)[Math.floor(one.length / 2)]);
}

function run(program, args, cwd) {
  const { status, stderr } = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}
