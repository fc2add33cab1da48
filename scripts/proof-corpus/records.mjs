// What the records of runs say, and the copies of their OOF files.
import { copyFile, mkdir, readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";

const debugFlag = "--debug";
/** No honest OOF file of these competitions comes near. */
const largest = 50e6;

/** Ids of all runs there are. */
export async function runIds(root) {
  const names = await readdir(path.join(root, ".crossfold", "runs")).catch(() => []);
  return names.filter((name) => !name.startsWith("."));
}

/** The training that was started with these arguments and was not there before. */
export async function findRun(root, { exp, words, known }) {
  const found = [];
  for (const id of await runIds(root)) {
    if (known.has(id)) continue;
    const spec = await readJson(path.join(root, ".crossfold", "runs", id, "spec.json"));
    if (
      spec?.kind === "train" &&
      spec.experiment === exp &&
      withoutDebug(spec.args) === withoutDebug(words)
    )
      found.push(spec);
  }
  // A debug run may be beside a full one.
  return (found.find(({ debug }) => debug === words.includes(debugFlag)) ?? found[0])?.id;
}

function withoutDebug(words) {
  return words.filter((word) => word !== debugFlag).join("\n");
}

/** Id of an experiment's newest run. */
export async function newestRun(root, exp) {
  const ids = await runIds(root);
  const specs = ids.map((id) => readJson(path.join(root, ".crossfold", "runs", id, "spec.json")));
  const own = (await Promise.all(specs)).filter((spec) => spec?.experiment === exp);
  return own.toSorted((a, b) => a.created.localeCompare(b.created)).at(-1)?.id;
}

/** How the script itself ended: its exit code, 128 and the signal's number where it was killed; null: not known. */
export async function exitOf(root, id) {
  const folder = path.join(root, ".crossfold", "runs", id);
  const state = await readJson(path.join(folder, "state.json"));
  if (Number.isInteger(state?.exitCode)) return state.exitCode;
  const rc = await readFile(path.join(folder, "rc"), "utf8").catch(() => "");
  return /^\d+\n$/.test(rc) ? Number(rc) : null;
}

/** The error for which Crossfold had no words, in the run's supervisor or in what `train` said: its source is shown. */
export async function crashOf(root, id, said) {
  const file = path.join(root, ".crossfold", "runs", id, "supervisor.log");
  const text = `${await readFile(file, "utf8").catch(() => "")}\n${said}`;
  if (!/^ {4}at .*\.js:\d+/m.test(text)) return undefined;
  return text.split("\n").find((line) => /^\w*Error\b/.test(line)) ?? "an error with a stack";
}

/** Process id of a run's script, as its record has it. */
export async function scriptOf(root, id) {
  return (await readJson(path.join(root, ".crossfold", "runs", id, "state.json")))?.child?.pid;
}

/** Lines of an experiment's recorded scores. */
export async function ledgerLines(root, exp) {
  const text = await readFile(ledgerFile(root, exp), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

export function ledgerFile(root, exp) {
  return path.join(root, "models", exp, "scores.jsonl");
}

/** Copies a run's OOF file out of the workspace; undefined where there is none that could be read. */
export async function keepOof(root, { id, exp, name }, target) {
  for (const file of oofFiles(root, id, exp, name)) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile() || found.size > largest) continue;
    await mkdir(target, { recursive: true });
    const copy = path.join(target, path.basename(file));
    await copyFile(file, copy);
    return copy;
  }
  return undefined;
}

/** Where it may lie: as the script wrote it or in a compact form, in the record or in the experiment's artifacts. */
function oofFiles(root, id, exp, name) {
  const folders = [
    path.join(root, ".crossfold", "runs", id, "artifacts"),
    path.join(root, "models", exp, "artifacts"),
  ];
  return folders.flatMap((folder) => formsOf(path.join(folder, name)));
}

/** The names under which a table may be kept. */
export function formsOf(file) {
  const stem = file.replace(/(\.csv|\.parquet)?(\.gz)?$/, "");
  return [...new Set([file, `${stem}.csv`, `${stem}.csv.gz`, `${stem}.parquet`])];
}

export async function readJson(file) {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}
