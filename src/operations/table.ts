import type { z } from "zod";

export const phases = [
  "set up",
  "understand",
  "plan",
  "create",
  "implement",
  "train",
  "record",
  "submit",
  "review",
] as const;
export type Phase = (typeof phases)[number];

// oxfmt-ignore
/**
 * Every operation by its name. A new one is one file and one line here. What the list of commands shows stands here and
 * not in the file, so that `--help`, completion and a misspelt command load no operation. What is rarely needed is
 * found by agents through one tool for all of it: each tool that a client lists costs every conversation.
 */
export const operations = {
  init: { phase: "set up", rare: true, summary: "Create a workspace in this folder", load: () => import("./commands/setup/init.ts").then((m) => m.init) },
  doctor: { phase: "set up", rare: true, summary: "Check this machine for what is missing and how to install it", load: () => import("./commands/setup/doctor.ts").then((m) => m.doctor) },
  skill: { phase: "set up", rare: true, summary: "Write or update the skill for coding agents", load: () => import("./commands/setup/skill.ts").then((m) => m.skill) },
  "infra check": { phase: "set up", rare: true, summary: "Check what training on Vertex AI still needs", load: () => import("./commands/setup/infra-check.ts").then((m) => m.infraCheck) },
  "infra smoke": { phase: "set up", rare: true, summary: "Test GPU, bucket and secrets with a small job", load: () => import("./commands/setup/infra-smoke.ts").then((m) => m.infraSmoke) },
  demo: { phase: "set up", rare: true, summary: "Run the whole loop on real data", load: () => import("./commands/setup/demo.ts").then((m) => m.demo) },
  docs: { phase: "understand", summary: "List the competition's documents", load: () => import("./commands/understand/docs.ts").then((m) => m.docs) },
  "docs view": { phase: "understand", summary: "Read one document", load: () => import("./commands/understand/docs-view.ts").then((m) => m.docsView) },
  "docs add": { phase: "understand", rare: true, summary: "Save a page of text as a document", load: () => import("./commands/understand/docs-add.ts").then((m) => m.docsAdd) },
  "docs fetch": { phase: "understand", rare: true, summary: "Fetch the competition's pages and settings from Kaggle", load: () => import("./commands/understand/docs-fetch.ts").then((m) => m.docsFetch) },
  "data download": { phase: "understand", rare: true, summary: "Download the competition's data from Kaggle", load: () => import("./commands/understand/data-download.ts").then((m) => m.dataDownload) },
  plan: { phase: "plan", summary: "Summarize the competition and what to try next", load: () => import("./commands/plan/plan.ts").then((m) => m.plan) },
  "plan add": { phase: "plan", summary: "Turn a hypothesis into a task, and show similar ones tried before", load: () => import("./commands/plan/plan-add.ts").then((m) => m.planAdd) },
  tasks: { phase: "plan", summary: "List the backlog's tasks", load: () => import("./commands/plan/tasks.ts").then((m) => m.tasks) },
  "tasks view": { phase: "plan", summary: "Read one task", load: () => import("./commands/plan/tasks-view.ts").then((m) => m.tasksView) },
  "tasks search": { phase: "plan", summary: "Search tasks by text and labels", load: () => import("./commands/plan/tasks-search.ts").then((m) => m.tasksSearch) },
  overview: { phase: "plan", rare: true, summary: "Show backlog statistics", load: () => import("./commands/plan/overview.ts").then((m) => m.overview) },
  new: { phase: "create", summary: "Create an experiment, from the template or from another one", load: () => import("./commands/create/new.ts").then((m) => m.newExperiment) },
  check: { phase: "implement", summary: "Check experiments against the conventions", load: () => import("./commands/implement/check.ts").then((m) => m.check) },
  split: { phase: "implement", summary: "Decide the cross-validation from the data, with evidence", load: () => import("./commands/implement/split.ts").then((m) => m.split) },
  fmt: { phase: "implement", rare: true, summary: "Fix and format Python with ruff", load: () => import("./commands/implement/fmt.ts").then((m) => m.fmt) },
  ty: { phase: "implement", rare: true, summary: "Check Python types with ty", load: () => import("./commands/implement/ty.ts").then((m) => m.ty) },
  train: { phase: "train", summary: "Train an experiment and record its score", load: () => import("./commands/train/train.ts").then((m) => m.train) },
  run: { phase: "train", summary: "Run any Python script of the workspace", load: () => import("./commands/train/run.ts").then((m) => m.run) },
  runs: { phase: "train", summary: "List runs with their true state", load: () => import("./commands/train/runs.ts").then((m) => m.runs) },
  logs: { phase: "train", summary: "Show a run's output", load: () => import("./commands/train/logs.ts").then((m) => m.logs) },
  stop: { phase: "train", summary: "Stop a run", load: () => import("./commands/train/stop.ts").then((m) => m.stop) },
  wait: { phase: "train", summary: "Wait until a run has ended and is recorded", load: () => import("./commands/train/wait.ts").then((m) => m.wait) },
  clean: { phase: "train", rare: true, summary: "Say what of the runs could go and how much, and remove it", load: () => import("./commands/train/clean.ts").then((m) => m.clean) },
  machines: { phase: "train", rare: true, summary: "List the machines of Vertex AI with their prices", load: () => import("./commands/train/machines.ts").then((m) => m.machines) },
  "data push": { phase: "train", rare: true, summary: "Copy the competition's data into the bucket", load: () => import("./commands/train/data-push.ts").then((m) => m.dataPush) },
  "data pull": { phase: "train", rare: true, summary: "Fetch the competition's data from the bucket", load: () => import("./commands/train/data-pull.ts").then((m) => m.dataPull) },
  "artifacts push": { phase: "train", rare: true, summary: "Copy experiments' artifacts into the bucket", load: () => import("./commands/train/artifacts-push.ts").then((m) => m.artifactsPush) },
  "artifacts pull": { phase: "train", rare: true, summary: "Fetch experiments' artifacts from the bucket", load: () => import("./commands/train/artifacts-pull.ts").then((m) => m.artifactsPull) },
  record: { phase: "record", summary: "Record the score of a run that has ended", load: () => import("./commands/record/record.ts").then((m) => m.record) },
  verify: { phase: "record", summary: "Compute every recorded score again from what its run kept", load: () => import("./commands/record/verify.ts").then((m) => m.verify) },
  lb: { phase: "record", summary: "Record a leaderboard score", load: () => import("./commands/record/lb.ts").then((m) => m.lb) },
  "lb sync": { phase: "record", rare: true, summary: "Download the scores of all submissions from Kaggle", load: () => import("./commands/record/lb-sync.ts").then((m) => m.lbSync) },
  done: { phase: "record", summary: "Close an experiment with its summary", load: () => import("./commands/record/done.ts").then((m) => m.done) },
  deps: { phase: "submit", rare: true, summary: "Fetch the wheels an offline Kaggle notebook needs", load: () => import("./commands/submit/deps.ts").then((m) => m.deps) },
  submit: { phase: "submit", summary: "Check a submission and submit it", load: () => import("./commands/submit/submit.ts").then((m) => m.submit) },
  history: { phase: "review", summary: "Every experiment with its scores", load: () => import("./commands/review/history.ts").then((m) => m.history) },
  show: { phase: "review", summary: "One experiment: scores, runs, settings, lineage", load: () => import("./commands/review/show.ts").then((m) => m.show) },
  compare: { phase: "review", summary: "Two experiments: scores per fold, settings, code", load: () => import("./commands/review/compare.ts").then((m) => m.compare) },
} as const satisfies Record<
  string,
  { phase: Phase; rare?: true; summary: string; load(): unknown }
>;

export type OperationName = keyof typeof operations;
export const operationNames = Object.keys(operations) as OperationName[];

/** An operation with the types of its own schemas. */
export type OperationOf<Name extends OperationName> = Awaited<
  ReturnType<(typeof operations)[Name]["load"]>
>;

/** What an operation gives. */
export type OutputOf<Name extends OperationName> = z.output<OperationOf<Name>["output"]>;

/** Whether an operation is rarely needed. */
export function isRare(name: OperationName): boolean {
  return "rare" in operations[name];
}

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}
