// What `npm start` and `npm test` call first: makes a fresh clone ready, and does nothing where it is.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stamp = path.join(root, "node_modules", ".crossfold-setup");
const built = path.join(root, "dist", "main.js");

checkNode();
install();
build();

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Crossfold needs Node 20.19 or newer; this is ${process.versions.node}`);
}

/**
 * Installs what the lock file says where node_modules is missing or was made from another one. Not `npm ci`: it refuses
 * a lock file without the binaries for other systems, and npm writes such a one where the registry does not offer them.
 */
function install() {
  const lock = createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  const flags = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  call("installing the packages (npm install)", "npm", flags);
  writeFileSync(stamp, lock);
}

/** The build where dist is missing or older than anything it is made from. */
function build() {
  if (existsSync(built) && statSync(built).mtimeMs >= newest()) return;
  const tsdown = path.join(root, "node_modules", "tsdown", "dist", "run.mjs");
  call("building (tsdown)", process.execPath, [tsdown, "--log-level", "warn"]);
}

function newest() {
  const files = ["package.json", "tsdown.config.mjs"].map((name) => path.join(root, name));
  return Math.max(
    ...[...files, ...below("src"), ...below("templates")].map((file) => statSync(file).mtimeMs),
  );
}

/** Folders and files under a folder, tests left out; a removed file shows in its folder's time. */
function below(name) {
  const folder = path.join(root, name);
  const entries = readdirSync(folder, { recursive: true }).filter(
    (entry) => !entry.endsWith(".test.ts"),
  );
  return [folder, ...entries.map((entry) => path.join(folder, entry))];
}

function call(what, program, words) {
  process.stderr.write(`crossfold: ${what}\n`);
  const { status, error } = spawnSync(program, words, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) fail(`${what} failed${error === undefined ? "" : `: ${error.message}`}`);
}

function fail(message) {
  process.stderr.write(`crossfold: ${message}\n`);
  process.exit(1);
}
