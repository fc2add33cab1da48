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
/** Every operation by its name. A new one is one file and one line here. */
export const operations = {
  init: { phase: "set up", summary: "Make a workspace in this folder", load: () => import("./setup/init.ts").then((m) => m.init) },
  doctor: { phase: "set up", summary: "Say what is missing on this machine and how to get it", load: () => import("./setup/doctor.ts").then((m) => m.doctor) },
  skill: { phase: "set up", summary: "Write or update the skill for coding agents", load: () => import("./setup/skill.ts").then((m) => m.skill) },
  demo: { phase: "set up", summary: "Run the whole loop on real data", load: () => import("./setup/demo.ts").then((m) => m.demo) },
  docs: { phase: "understand", summary: "List the competition's documents", load: () => import("./understand/docs.ts").then((m) => m.docs) },
  "docs view": { phase: "understand", summary: "Read one document", load: () => import("./understand/docs-view.ts").then((m) => m.docsView) },
  "docs add": { phase: "understand", summary: "Keep a page of text as a document", load: () => import("./understand/docs-add.ts").then((m) => m.docsAdd) },
  plan: { phase: "plan", summary: "A digest to decide the next experiment from", load: () => import("./plan/plan.ts").then((m) => m.plan) },
  "plan add": { phase: "plan", summary: "Turn a hypothesis into a task, and say what like it was tried", load: () => import("./plan/plan-add.ts").then((m) => m.planAdd) },
  tasks: { phase: "plan", summary: "List the backlog's tasks", load: () => import("./plan/tasks.ts").then((m) => m.tasks) },
  "tasks view": { phase: "plan", summary: "Read one task", load: () => import("./plan/tasks-view.ts").then((m) => m.tasksView) },
  "tasks search": { phase: "plan", summary: "Find tasks by words and exact labels", load: () => import("./plan/tasks-search.ts").then((m) => m.tasksSearch) },
  overview: { phase: "plan", summary: "The backlog in numbers", load: () => import("./plan/overview.ts").then((m) => m.overview) },
  new: { phase: "create", summary: "Make an experiment, from the template or from another one", load: () => import("./create/new.ts").then((m) => m.newExperiment) },
  check: { phase: "implement", summary: "Check experiments against the conventions", load: () => import("./implement/check.ts").then((m) => m.check) },
  split: { phase: "implement", summary: "Decide the cross-validation from the data, with evidence", load: () => import("./implement/split.ts").then((m) => m.split) },
  fmt: { phase: "implement", summary: "Mend and format Python with ruff", load: () => import("./implement/fmt.ts").then((m) => m.fmt) },
  ty: { phase: "implement", summary: "Check Python types with ty", load: () => import("./implement/ty.ts").then((m) => m.ty) },
  train: { phase: "train", summary: "Train an experiment and record its score", load: () => import("./train/train.ts").then((m) => m.train) },
  run: { phase: "train", summary: "Run any Python script of the workspace", load: () => import("./train/run.ts").then((m) => m.run) },
  runs: { phase: "train", summary: "List runs with their true state", load: () => import("./train/runs.ts").then((m) => m.runs) },
  logs: { phase: "train", summary: "Show a run's output", load: () => import("./train/logs.ts").then((m) => m.logs) },
  stop: { phase: "train", summary: "Stop a run", load: () => import("./train/stop.ts").then((m) => m.stop) },
  wait: { phase: "train", summary: "Wait until a run has ended and is recorded", load: () => import("./train/wait.ts").then((m) => m.wait) },
  machines: { phase: "train", summary: "List the machines of Vertex AI with their prices", load: () => import("./train/machines.ts").then((m) => m.machines) },
  record: { phase: "record", summary: "Record the score of a run that has ended", load: () => import("./record/record.ts").then((m) => m.record) },
  lb: { phase: "record", summary: "Record a leaderboard score", load: () => import("./record/lb.ts").then((m) => m.lb) },
  "lb sync": { phase: "record", summary: "Bring the scores of all submissions from Kaggle", load: () => import("./record/lb-sync.ts").then((m) => m.lbSync) },
  done: { phase: "record", summary: "Close an experiment with its summary", load: () => import("./record/done.ts").then((m) => m.done) },
  submit: { phase: "submit", summary: "Check a submission and hand it in", load: () => import("./submit/submit.ts").then((m) => m.submit) },
  history: { phase: "review", summary: "Every experiment with its scores", load: () => import("./review/history.ts").then((m) => m.history) },
  show: { phase: "review", summary: "One experiment: scores, runs, settings, lineage", load: () => import("./review/show.ts").then((m) => m.show) },
  compare: { phase: "review", summary: "Two experiments: scores per fold, settings, code", load: () => import("./review/compare.ts").then((m) => m.compare) },
} as const satisfies Record<string, { phase: Phase; summary: string; load(): Promise<unknown> }>;

export type OperationName = keyof typeof operations;
