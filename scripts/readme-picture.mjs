// Draws docs/crossfold.svg, the picture at the top of the README: what `history` and `compare` print in a workspace of
// the demo, in colour.
//
//     npm start && node scripts/readme-picture.mjs crossfold-demo
//
// uv draws it with rich, which is no dependency of Crossfold.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const workspace = path.resolve(process.argv[2] ?? "crossfold-demo");
const width = 128;

const commands = [["history"], ["compare", "exp001", "exp002"]];
const session = commands
  .map((words) => `\u001b[1m$ crossfold ${words.join(" ")}\u001b[0m\n${print(words)}`)
  .join("\n");
const file = path.join(root, "docs", "crossfold.svg");
const drawing = path.join(root, "scripts", "terminal_picture.py");
const uv = ["run", "--quiet", "--no-project", "--with", "rich==15.0.0", "python", drawing];
must("uv", [...uv, "crossfold", String(width), file], { input: session });

function print(words) {
  const main = path.join(root, "dist", "main.js");
  const env = { ...process.env, FORCE_COLOR: "1", COLUMNS: String(width) };
  return must(process.execPath, [main, ...words], { cwd: workspace, env });
}

function must(program, words, options) {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: "utf8",
    ...options,
  });
  if (status === 0) return stdout;
  throw new Error(`${program} failed: ${error?.message ?? stderr}`);
}
