import type { OperationName } from "../operations/table.ts";

// oxfmt-ignore
/** How each operation's result looks as text; loaded with the command. */
export const renderers = {
  init: () => import("./render/setup.ts").then((m) => m.renderInit),
  doctor: () => import("./render/setup.ts").then((m) => m.renderDoctor),
  demo: () => import("./render/demo.ts").then((m) => m.renderDemo),
  docs: () => import("./render/docs.ts").then((m) => m.renderDocs),
  "docs view": () => import("./render/docs.ts").then((m) => m.renderDocsView),
  "docs add": () => import("./render/docs.ts").then((m) => m.renderDocsAdd),
  plan: () => import("./render/plan.ts").then((m) => m.renderPlan),
  "plan add": () => import("./render/plan.ts").then((m) => m.renderPlanAdd),
  tasks: () => import("./render/tasks.ts").then((m) => m.renderTasks),
  "tasks view": () => import("./render/tasks.ts").then((m) => m.renderTasksView),
  "tasks search": () => import("./render/tasks.ts").then((m) => m.renderTasksSearch),
  overview: () => import("./render/overview.ts").then((m) => m.renderOverview),
  new: () => import("./render/new.ts").then((m) => m.renderNew),
  fmt: () => import("./render/code.ts").then((m) => m.renderFmt),
  ty: () => import("./render/code.ts").then((m) => m.renderTy),
  train: () => import("./render/runs.ts").then((m) => m.renderTrain),
  run: () => import("./render/runs.ts").then((m) => m.renderRun),
  runs: () => import("./render/runs.ts").then((m) => m.renderRuns),
  logs: () => import("./render/runs.ts").then((m) => m.renderLogs),
  stop: () => import("./render/runs.ts").then((m) => m.renderStop),
  wait: () => import("./render/runs.ts").then((m) => m.renderWait),
  record: () => import("./render/record.ts").then((m) => m.renderRecord),
  lb: () => import("./render/record.ts").then((m) => m.renderLb),
  done: () => import("./render/record.ts").then((m) => m.renderDone),
  submit: () => import("./render/submit.ts").then((m) => m.renderSubmit),
  history: () => import("./render/history.ts").then((m) => m.renderHistory),
  show: () => import("./render/show.ts").then((m) => m.renderShow),
  compare: () => import("./render/compare.ts").then((m) => m.renderCompare),
} as const satisfies Record<OperationName, () => Promise<unknown>>;
