// What is done to a workspace beside the main run, by the names that the README of the corpus gives.
import { appendFile, cp, mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { must, run, signal } from "./programs.mjs";
import { formsOf, ledgerFile, newestRun, scriptOf, readJson } from "./records.mjs";

/** When an action is done; the key of a list in case.json. */
const moments = ["before", "during", "together", "after"];

/** Does one action. Returns what could not be done, in words, or undefined. */
export async function act(bench, action) {
  const what = moments.map((moment) => action[moment]).find((name) => name !== undefined);
  return actions[what](bench, action);
}

const actions = {
  train: async ({ train }, action) => {
    await train(action);
  },
  crossfold: async ({ crossfold }, { args }) => {
    await crossfold(args);
  },
  verify: async ({ crossfold }) => {
    await crossfold(["verify"]);
  },
  python: async ({ root, env, python }, { file }) => {
    await run(python, [file], { cwd: root, env });
  },
  edit: (bench, { file, old, new: text }) =>
    edit(bench, file, (before) => before.replace(old, () => text)),
  write: async (bench, { file, text }) => {
    const target = await resolve(bench, file);
    if (target === undefined) return `${file}: there is none`;
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  },
  json: (bench, { file, set }) =>
    edit(bench, file, (text) => `${JSON.stringify({ ...JSON.parse(text), ...set }, null, 2)}\n`),
  raise: ({ recordedScore, ...bench }, { file, to }) =>
    edit(bench, file, (text) => raise(text, recordedScore(), to)),
  "repeat-line": async (bench, { file, old, new: text }) => {
    const [target] = await present(bench, file);
    if (target === undefined) return `${file}: there is none`;
    const last = (await readFile(target, "utf8")).trimEnd().split("\n").at(-1);
    await appendFile(target, `${last.replaceAll(old, () => text)}\n`);
  },
  "drop-lines": (bench, { file, last }) =>
    edit(bench, file, (text) => {
      const lines = text.split("\n");
      const end = lines.at(-1) === "" ? 1 : 0;
      lines.splice(lines.length - last - end, last);
      return lines.join("\n");
    }),
  copy: async (bench, { from, to }) => {
    const [source] = await present(bench, from);
    if (source === undefined) return `${from}: there is none`;
    const target = await resolve(bench, to);
    const there = existsSync(path.dirname(target));
    for (const file of there ? [target] : await otherPlaces(bench, target))
      await cp(source, file, { recursive: true });
    // The OOF that takes the place of one that is kept in another form.
    if ((await stat(target).catch(() => undefined))?.isFile())
      for (const other of formsOf(target)) if (other !== target) await rm(other, { force: true });
  },
  delete: async (bench, { file }) => {
    for (const target of await present(bench, file)) await rm(target, { recursive: true });
  },
  touch: async (bench, { file, seconds }) => {
    const time = new Date(Date.now() + seconds * 1000);
    const targets = await present(bench, file);
    if (targets.length === 0) return `${file}: there is none`;
    for (const target of targets) await utimes(target, time, time);
  },
  kill: async ({ root, main }, { signal: name }) => {
    const script = await scriptOf(root, await main());
    if (script === undefined || !signal(script, `SIG${name}`)) return "there is no script to kill";
  },
  sleep: async (_bench, { seconds }) => {
    await pause(seconds * 1000);
  },
};

async function edit(bench, file, change) {
  const targets = await present(bench, file);
  if (targets.length === 0) return `${file}: there is none`;
  for (const target of targets) await changeText(bench, target, change);
}

/** Changes a text file, a compressed one and a Parquet file (as CSV) alike. */
async function changeText({ python, env, folder }, target, change) {
  if (/\.(gz|parquet)$/.test(target)) {
    const text = path.join(folder, "unpacked.csv");
    await must(python, ["-c", unpack, target, text], { env });
    await writeFile(text, change(await readFile(text, "utf8")));
    await must(python, ["-c", pack, text, target], { env });
    return;
  }
  await writeFile(target, change(await readFile(target, "utf8")));
}

const unpack = `
import gzip, sys
source, target = sys.argv[1:]
if source.endswith(".gz"):
    open(target, "wb").write(gzip.open(source).read())
else:
    import polars
    polars.read_parquet(source).write_csv(target)
`;
const pack = `
import gzip, sys
source, target = sys.argv[1:]
if target.endswith(".gz"):
    gzip.open(target, "wb").write(open(source, "rb").read())
else:
    import polars
    polars.read_csv(source, schema_overrides=polars.read_parquet(target).schema).write_parquet(target)
`;

/** Every number of a file of JSON lines that equals the score becomes another. */
function raise(text, score, to) {
  const change = (value) => {
    if (typeof value === "number") return Math.abs(value - score) <= 1e-9 ? to : value;
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]));
  };
  const lines = text.split("\n").map((line) => {
    return line.trim() === "" ? line : JSON.stringify(change(JSON.parse(line)));
  });
  return lines.join("\n");
}

/** A file's full path; undefined where its run or ledger does not exist. */
async function resolve({ root, main }, file) {
  let text = file.replaceAll("{artifacts}", "models/exp001/artifacts");
  for (const [spelled, exp] of file.matchAll(/\{run(?::(\w+))?\}/g)) {
    const id = exp === undefined ? await main() : await newestRun(root, exp);
    if (id === undefined) return undefined;
    text = text.replace(spelled, () => `.crossfold/runs/${id}`);
  }
  if (!text.includes("{ledger}")) return path.join(root, text);
  const ledger = ledgerFile(root, "exp001");
  return existsSync(ledger) ? ledger : undefined;
}

/** The files that are meant: the one named, one in another form, or what took its place in an older layout. */
async function present(bench, file) {
  const target = await resolve(bench, file);
  if (target === undefined) return [];
  const same = formsOf(target).find((name) => existsSync(name));
  if (same !== undefined) return [same];
  return (await otherPlaces(bench, target)).filter((name) => existsSync(name));
}

/**
 * Where older versions keep what newer ones keep in a run's own artifacts: all of it with the experiment, a second
 * metrics.json in the record, which is all there is of a record that was copied.
 */
async function otherPlaces({ root }, target) {
  const inside = /^\.crossfold\/runs\/([^/]+)\/artifacts\/(.+)$/.exec(path.relative(root, target));
  if (inside === null) return [];
  const [, id, name] = inside;
  const folder = path.join(root, ".crossfold", "runs", id);
  const spec = await readJson(path.join(folder, "spec.json"));
  const places = name === "metrics.json" ? [path.join(folder, name)] : [];
  if (spec?.id === id) places.push(path.join(root, "models", spec.experiment, "artifacts", name));
  return places;
}
