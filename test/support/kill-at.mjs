// Loaded before the program by NODE_OPTIONS: kills it, as by kill -9, just before the KILL_AT-th change to the disk once
// KILL_RUNS runs of the folder KILL_FOLDER have ended, and writes how many there were to KILL_COUNT where it is not killed.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";

const { KILL_AT, KILL_FOLDER, KILL_RUNS, KILL_COUNT } = process.env;
let changes = 0;
let armed = false;
const { existsSync, readdirSync, writeFileSync } = fs;

function isArmed() {
  if (armed || !existsSync(KILL_FOLDER)) return armed;
  const ended = readdirSync(KILL_FOLDER).filter((run) =>
    existsSync(path.join(KILL_FOLDER, run, "rc")),
  );
  armed = ended.length >= Number(KILL_RUNS);
  return armed;
}

function step() {
  if (!isArmed()) return;
  changes += 1;
  if (changes === Number(KILL_AT)) process.kill(process.pid, "SIGKILL");
}

const always =
  "appendFile copyFile cp link mkdir mkdtemp rename rm rmdir symlink truncate unlink utimes write writeFile";
const writes = (flags) =>
  typeof flags === "number" ? (flags & 3) !== 0 : /[wa+]/.test(String(flags));

function patch(target, suffix) {
  for (const name of always.split(" ").map((one) => one + suffix)) {
    const original = target[name];
    if (original === undefined) continue;
    target[name] = Object.assign((...args) => (step(), original.apply(target, args)), original);
  }
  const open = target[`open${suffix}`];
  target[`open${suffix}`] = (...args) => {
    if (writes(args[1] ?? "r")) step();
    return open.apply(target, args);
  };
}

if (process.argv[1]?.endsWith("main.js")) {
  patch(fs.promises, "");
  patch(fs, "");
  patch(fs, "Sync");
  syncBuiltinESMExports();
  process.on("exit", () => KILL_COUNT && writeFileSync(KILL_COUNT, String(changes)));
}
