// One case from its fresh workspace to what came of it.
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { act } from "./actions.mjs";
import { run, signal, until } from "./programs.mjs";
import { crashOf, exitOf, findRun, keepOof, ledgerLines, readJson, runIds } from "./records.mjs";
import { keepTruth, makeWorkspace, placeOther } from "./workspace.mjs";

/** What a script prints before it waits two seconds for the actions of `during`. */
const waiting = "waiting for the runner";

/** How `--debug` is passed: as train's own flag, or to the script like any other argument. */
export const spellings = ["behind", "front"];

/** Does everything that a case asks for, and gives what came of it to `judge` while the copies are there. */
export async function runCase(
  { repository, shared, program, one, spelling, keep, scratch },
  judge,
) {
  const folder = path.join(scratch, [...one.case.split("/"), spelling].join("-"));
  const place = await makeWorkspace({ repository, shared, one, folder });
  const trainings = new Map();
  const notes = keep ? [`kept in ${place.root}`] : [];
  const bench = {
    ...place,
    python: shared.python,
    crossfold: (words) =>
      run(process.execPath, [program, ...words], { cwd: place.root, env: place.env }),
    recordedScore: () => trainings.get("main").lines.at(-1)?.score,
    main: async () => trainings.get("main").id ?? (await trainings.get("main").find()),
  };
  const start = (label, exp, words) => {
    const training = openTraining(bench, { exp, words, spelling, one, label });
    trainings.set(label, training);
    return training;
  };
  bench.train = async ({ exp, arguments: words = [], files, together }) => {
    const label = exp !== "exp001" ? "own" : together === undefined ? "first" : "together";
    const putBack =
      files === undefined ? undefined : await placeOther(one.folder, files, experiment(bench, exp));
    await start(label, exp, words).done();
    await putBack?.();
  };
  const doAll = async (moment) => {
    for (const action of one.actions.filter((each) => each[moment] !== undefined)) {
      const note = await act(bench, action);
      if (note !== undefined) notes.push(`${moment} ${action[moment]}: ${note}`);
    }
  };
  try {
    await doAll("before");
    const main = start("main", "exp001", one.arguments);
    await Promise.all([main.done(), doAll("together"), duringMain(bench, main, one, doAll)]);
    await doAll("after");
    return await judge({ ...(await whatCame(bench)), trainings, notes });
  } finally {
    await endLeftovers(bench);
    if (!keep)
      await rm(place.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function experiment({ root }, exp) {
  return path.join(root, "models", exp);
}

/** A `train` under way, and what is kept of it when it has ended. */
function openTraining(bench, { exp, words, spelling, one, label }) {
  const { root, folder } = bench;
  const training = { exp, ended: false };
  const known = runIds(root).then((ids) => new Set(ids));
  training.find = async () => {
    training.id ??= await findRun(root, { exp, words, known: await known });
    return training.id;
  };
  training.done = async () => {
    await known;
    training.truth = await keepTruth(bench, `truth-${label}`);
    training.result = await bench.crossfold(trainWords(exp, words, spelling));
    training.ended = true;
    const id = await training.find();
    training.lines = [];
    if (id === undefined) return;
    training.columns = await columnsOf(bench, id, exp, label === "main" ? one.oof : undefined);
    const name = training.columns?.file ?? "oof.csv";
    training.oof = await keepOof(root, { id, exp, name }, path.join(folder, `kept-${label}`));
    training.exit = await exitOf(root, id);
    training.crash = await crashOf(root, id, training.result.stderr);
    const lines = await ledgerLines(root, exp);
    training.lines = lines.filter((line) => line.kind === "cv" && line.run === id);
  };
  return training;
}

function trainWords(exp, words, spelling) {
  const debug = spelling === "front" && words.includes("--debug");
  const rest = debug ? words.filter((word) => word !== "--debug") : words;
  const flags = ["--on", "local", "--no-check", ...(debug ? ["--debug"] : [])];
  return ["train", exp, ...flags, ...(rest.length === 0 ? [] : ["--", ...rest])];
}

/** Columns of a run's OOF file: as the case says, else as the run's metrics.json does. */
async function columnsOf({ root }, id, exp, given) {
  if (given !== undefined) return given;
  for (const folder of [`.crossfold/runs/${id}/artifacts`, `models/${exp}/artifacts`]) {
    const oof = (await readJson(path.join(root, folder, "metrics.json")))?.oof;
    if (oof !== undefined) return { ...oof, prediction: [oof.prediction].flat() };
  }
  return undefined;
}

async function duringMain(bench, main, one, doAll) {
  if (!one.actions.some(({ during }) => during !== undefined)) return;
  const ready = await until(
    async () => {
      const id = await main.find();
      if (id === undefined) return undefined;
      const log = path.join(bench.root, ".crossfold", "runs", id, "output.log");
      return (await readFile(log, "utf8").catch(() => "")).includes(waiting) || undefined;
    },
    () => main.ended,
  );
  if (ready) await doAll("during");
  else main.missed = `the script never said "${waiting}"`;
}

async function whatCame(bench) {
  const { stdout, stderr, exitCode } = await bench.crossfold(["history", "--json"]);
  if (exitCode !== 0) return { problem: `history --json failed: ${stderr.trim()}` };
  return { rows: JSON.parse(stdout).experiments };
}

/** A case leaves no process behind, be it a supervisor that still reads or a script's daemon. */
async function endLeftovers({ root }) {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,command="], {});
  for (const line of stdout.split("\n"))
    if (line.includes(`${root}/`)) signal(Number.parseInt(line, 10), "SIGKILL");
}
