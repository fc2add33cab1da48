import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { compare } from "../src/operations/commands/review/compare.ts";
import { history } from "../src/operations/commands/review/history.ts";
import { overview } from "../src/operations/commands/plan/overview.ts";
import { plan } from "../src/operations/commands/plan/plan.ts";
import { runs } from "../src/operations/commands/train/runs.ts";
import { show } from "../src/operations/commands/review/show.ts";
import { tasks } from "../src/operations/commands/plan/tasks.ts";
import { packageRoot } from "../src/package-root.ts";
import { forgetIndexes, saveIndexes } from "../src/storage/index/file-index.ts";
import { paths } from "../src/storage/workspace/paths.ts";
import { backlogTool } from "./support/backlog.ts";
import { makeTempFolder } from "./support/cli.ts";
import { toolEnv } from "./support/tools.ts";
import { testContext } from "./support/workspace.ts";

/** Every answer that is given from many files, as JSON. */
async function answers(root: string): Promise<Record<string, unknown>> {
  const context = testContext({ root });
  const names = readdirSync(path.join(root, "models")).toSorted();
  const [a = "exp001", b = "exp002"] = [names[1], names.at(-1)];
  return {
    history: await ask(history.run(context, history.input.parse({}))),
    newest: await ask(history.run(context, history.input.parse({ limit: 3 }))),
    byLb: await ask(history.run(context, history.input.parse({ sort: "lb", filter: "e" }))),
    plan: await ask(plan.run(context, plan.input.parse({}))),
    tasks: await ask(tasks.run(context, tasks.input.parse({}))),
    overview: await ask(overview.run(context, overview.input.parse({}))),
    runs: await ask(runs.run(context, runs.input.parse({ limit: 500 }))),
    show: await ask(show.run(context, { experiment: a })),
    compare: await ask(compare.run(context, { a, b })),
  };
}

async function ask(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => ({ error: String(error) }));
}

/** Computed with nothing remembered; what is remembered is put back. */
async function answersWithoutIndex(root: string): Promise<Record<string, unknown>> {
  const folder = paths.indexes({ root });
  const aside = `${folder}-aside`;
  if (existsSync(folder)) renameSync(folder, aside);
  forgetIndexes();
  const found = await answers(root);
  forgetIndexes();
  rmSync(folder, { recursive: true, force: true });
  if (existsSync(aside)) renameSync(aside, folder);
  return found;
}

/** As the next process finds it. */
function nextProcess(): void {
  saveIndexes();
  forgetIndexes();
}

test("every answer is the one computed without the index, whatever is done to the files", async () => {
  const seed = Number(process.env["CROSSFOLD_SEED"] ?? 1);
  const dice = makeDice(seed);
  const root = await scaleWorkspace(8);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", ...args], {
      cwd: root,
      env: toolEnv() as NodeJS.ProcessEnv,
      stdio: "pipe",
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=one");
  const edits = editsOf(root, dice);
  for (let step = 0; step < 16; step += 1) {
    const done = Array.from({ length: 1 + dice(3) }, () => {
      const [name, edit] = dice.pick(edits);
      const file = edit();
      return `${name} ${file}`;
    });
    // A task that was completed, or whose file is no task any more, is none to the tool.
    if (step === 8)
      await backlogTool(root, ["task", "edit", "4", "--title", "by the tool", "--plain"]);
    if (step === 12) await backlogTool(root, ["task", "create", "made by the tool", "--plain"]);
    if (step % 4 === 3) {
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", `--message=step ${step}`);
      git("checkout", "--quiet", step % 8 === 3 ? "HEAD~1" : "main");
    }
    // Half of the time what was written is at rest when it is read, and is remembered.
    if (dice(2) === 0) await pause(120);
    if (dice(3) > 0) nextProcess();
    const known = await answers(root);
    if (dice(3) === 0) await pause(120);
    const again = dice(2) === 0 ? await answers(root) : known;
    const expected = await answersWithoutIndex(root);
    expect({ seed, step, done, ...known }).toEqual({ seed, step, done, ...expected });
    expect({ seed, step, done, ...again }).toEqual({ seed, step, done, ...expected });
  }
}, 60_000);

test("a workspace that was moved gives the places of its files now", async () => {
  const root = await scaleWorkspace(3);
  writeFileSync(path.join(root, "models/exp001/experiment.yml"), "name: [\n");
  appendFileSync(path.join(root, "models/exp002/scores.jsonl"), "no JSON\n");
  const task = readdirSync(path.join(root, "backlog/tasks"))[0]!;
  writeFileSync(path.join(root, "backlog/tasks", task), "no task\n");
  await pause(150);
  await answers(root);
  nextProcess();
  const moved = `${root}-moved`;
  renameSync(root, moved);
  const known = await answers(moved);
  expect(JSON.stringify(known)).not.toContain(`${root}/`);
  expect(known).toEqual(await answersWithoutIndex(moved));
  renameSync(moved, root);
});

test("a workspace copied with its index, times and all, is read as it is", async () => {
  const root = await scaleWorkspace(3);
  await pause(150);
  await answers(root);
  nextProcess();
  const copy = `${root}/copy`;
  execFileSync("cp", ["-a", root, `${root}-copy`]);
  renameSync(`${root}-copy`, copy);
  const file = path.join(copy, "models/exp002/scores.jsonl");
  const { atime, mtime } = statSync(file);
  writeFileSync(file, readFileSync(file, "utf8").replace(/"score":0\.8/, '"score":0.9'));
  utimesSync(file, atime, mtime);
  expect(await answers(copy)).toEqual(await answersWithoutIndex(copy));
});

async function scaleWorkspace(experiments: number): Promise<string> {
  const folder = path.join(await makeTempFolder(), "ws");
  const script = path.join(packageRoot(), "bench", "scale-workspace.mjs");
  execFileSync(process.execPath, [script, folder, String(experiments)]);
  return folder;
}

interface Dice {
  (count: number): number;
  pick<T>(items: readonly T[]): T;
}

function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (count: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  return Object.assign(roll, { pick: <T>(items: readonly T[]) => items[roll(items.length)]! });
}

/** What people and programs do to the files of a workspace; each says which file it was. */
function editsOf(root: string, dice: Dice): [string, () => string][] {
  const within = (folder: string) =>
    existsSync(path.join(root, folder))
      ? readdirSync(path.join(root, folder)).map((name) => path.join(root, folder, name))
      : [];
  const inFolders = (folder: string, ...names: string[]) =>
    within(folder).flatMap((one) => names.map((name) => path.join(one, name)));
  const files = () =>
    [
      ...inFolders("models", "experiment.yml", "scores.jsonl", "train.py"),
      ...inFolders(".crossfold/runs", "spec.json", "state.json", "rc"),
      ...within("backlog/tasks"),
      ...within("backlog/tasks"),
    ].filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  const change = (how: (file: string, text: string) => void) => () => {
    const file = dice.pick(files());
    how(file, readFileSync(file, "utf8"));
    return path.relative(root, file);
  };
  const digits = (text: string) =>
    text.replaceAll(/\d(?=\d{2})/g, (digit) => (dice(9) === 0 ? String(dice(10)) : digit));
  const words = (text: string) =>
    text
      .replace(/\b(Done|To Do|In Progress)\b/, () => dice.pick(["Done", "To Do"]))
      .replace(/"(succeeded|failed|cancelled)"/, () => `"${dice.pick(["succeeded", "failed"])}"`)
      .replace(/exp00\d/, () => `exp00${1 + dice(8)}`);
  return [
    ["digits in place", change((file, text) => writeFileSync(file, digits(text)))],
    ["words in place", change((file, text) => writeFileSync(file, words(text)))],
    [
      "words by a rename",
      change((file, text) => {
        writeFileSync(`${file}~`, words(text));
        renameSync(`${file}~`, file);
      }),
    ],
    [
      "digits, the times put back",
      change((file, text) => {
        const { atime, mtime } = statSync(file);
        writeFileSync(file, digits(text));
        utimesSync(file, atime, mtime);
      }),
    ],
    ["cut short", change((file, text) => writeFileSync(file, text.slice(0, dice(text.length))))],
    [
      "a line more",
      change((file) => appendFileSync(file, dice.pick(["\n", "{}\n", "x: 1\n", "\u0000"]))),
    ],
    [
      "twice at once",
      change((file, text) => {
        writeFileSync(file, "");
        writeFileSync(file, words(text));
      }),
    ],
    ["touched", change((file) => utimesSync(file, new Date(), new Date(dice(2e12))))],
    ["not readable", change((file) => chmodSync(file, dice.pick([0o000, 0o644])))],
    ["removed", change((file) => rmSync(file))],
    [
      "a folder in its place",
      change((file) => {
        rmSync(file);
        mkdirSync(file);
      }),
    ],
    [
      "a link in its place",
      change((file) => {
        renameSync(file, `${file}.there`);
        symlinkSync(dice.pick([`${file}.there`, "nowhere"]), file);
      }),
    ],
    [
      "swapped with another",
      change((file) => {
        const other = dice.pick(files().filter((one) => path.extname(one) === path.extname(file)));
        if (other === file) return;
        renameSync(file, `${file}~`);
        renameSync(other, file);
        renameSync(`${file}~`, other);
      }),
    ],
    [
      "a line of the ledger again",
      () => {
        const ledgers = inFolders("models", "scores.jsonl").filter((file) =>
          statSync(file, { throwIfNoEntry: false })?.isFile(),
        );
        const file = dice.pick(ledgers);
        appendFileSync(file, readFileSync(dice.pick(ledgers)));
        return path.relative(root, file);
      },
    ],
    [
      "a run removed",
      () => {
        const run = dice.pick(within(".crossfold/runs"));
        rmSync(run, { recursive: true });
        return path.relative(root, run);
      },
    ],
    [
      "a run copied",
      () => {
        const run = dice.pick(within(".crossfold/runs"));
        const copy = run.slice(0, -4) + String(1000 + dice(8999));
        if (copy === run) return "none";
        cpSync(run, copy, { recursive: true });
        const spec = path.join(copy, "spec.json");
        if (dice(2) === 0 && statSync(spec, { throwIfNoEntry: false })?.isFile())
          writeFileSync(
            spec,
            readFileSync(spec, "utf8").replaceAll(path.basename(run), path.basename(copy)),
          );
        return path.relative(root, run);
      },
    ],
    [
      "an experiment removed",
      () => {
        const folders = within("models");
        if (folders.length < 6) return "none";
        const folder = dice.pick(folders);
        rmSync(folder, { recursive: true });
        return path.relative(root, folder);
      },
    ],
    [
      "an experiment copied",
      () => {
        const folder = dice.pick(within("models"));
        const copy = path.join(root, "models", `exp0${20 + dice(50)}`);
        if (copy === folder) return "none";
        cpSync(folder, copy, { recursive: true });
        return path.relative(root, copy);
      },
    ],
    [
      "a task completed",
      () => {
        const task = dice.pick(within("backlog/tasks"));
        const folder = path.join(
          root,
          "backlog",
          dice.pick(["completed", "archive/tasks", "drafts"]),
        );
        mkdirSync(folder, { recursive: true });
        renameSync(task, path.join(folder, path.basename(task)));
        return path.relative(root, task);
      },
    ],
    [
      "a task's file renamed",
      () => {
        const task = dice.pick(within("backlog/tasks"));
        renameSync(task, task.replace(/task-\d+/, `task-${1 + dice(20)}`));
        return path.relative(root, task);
      },
    ],
    [
      "the index of another moment put back",
      () => {
        const folder = paths.indexes({ root });
        const kept = `${folder}-kept`;
        if (existsSync(kept)) cpSync(kept, folder, { recursive: true, force: true });
        else if (existsSync(folder)) cpSync(folder, kept, { recursive: true });
        forgetIndexes();
        return "index";
      },
    ],
    [
      "the index cut short",
      () => {
        const file = dice.pick([...within(".crossfold/index"), ""]);
        if (file !== "") writeFileSync(file, readFileSync(file).subarray(0, dice(4000)));
        forgetIndexes();
        return file;
      },
    ],
    [
      "project.yml ranks by another metric",
      () => {
        const file = path.join(root, "project.yml");
        const metric = dice.pick(["roc_auc", "accuracy"]);
        writeFileSync(file, readFileSync(file, "utf8").replace(/name: \w+,/, `name: ${metric},`));
        return metric;
      },
    ],
  ];
}
