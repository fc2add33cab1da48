import type { OperationName, OutputOf } from "../../operations/table.ts";
import type { Style } from "./style.ts";

/** A result as text. Pure: what it needs to know of the terminal is in the style. */
export type Renderer<Output> = (output: Output, style: Style) => string;

type Renderers = { [Name in OperationName]: () => Promise<Renderer<OutputOf<Name>>> };

// oxfmt-ignore
/** How each operation's result looks as text, by the operation's name; loaded with the command. One that is missing is a type error. */
const renderers = {
  init: () => import("./setup.ts").then((m) => m.renderInit),
  doctor: () => import("./setup.ts").then((m) => m.renderDoctor),
  skill: () => import("./skill.ts").then((m) => m.renderSkill),
  "infra check": () => import("./infra.ts").then((m) => m.renderInfraCheck),
  "infra smoke": () => import("./infra.ts").then((m) => m.renderInfraSmoke),
  demo: () => import("./demo.ts").then((m) => m.renderDemo),
  docs: () => import("./docs.ts").then((m) => m.renderDocs),
  "docs view": () => import("./docs.ts").then((m) => m.renderDocsView),
  "docs add": () => import("./docs.ts").then((m) => m.renderDocsAdd),
  "docs fetch": () => import("./docs-fetch.ts").then((m) => m.renderDocsFetch),
  "data download": () => import("./data-download.ts").then((m) => m.renderDataDownload),
  plan: () => import("./plan.ts").then((m) => m.renderPlan),
  "plan add": () => import("./plan.ts").then((m) => m.renderPlanAdd),
  tasks: () => import("./tasks.ts").then((m) => m.renderTasks),
  "tasks view": () => import("./tasks.ts").then((m) => m.renderTasksView),
  "tasks search": () => import("./tasks.ts").then((m) => m.renderTasksSearch),
  overview: () => import("./overview.ts").then((m) => m.renderOverview),
  new: () => import("./new.ts").then((m) => m.renderNew),
  check: () => import("./check.ts").then((m) => m.renderCheck),
  split: () => import("./split.ts").then((m) => m.renderSplit),
  fmt: () => import("./code.ts").then((m) => m.renderFmt),
  ty: () => import("./code.ts").then((m) => m.renderTy),
  train: () => import("./runs.ts").then((m) => m.renderTrain),
  run: () => import("./runs.ts").then((m) => m.renderRun),
  runs: () => import("./runs.ts").then((m) => m.renderRuns),
  logs: () => import("./runs.ts").then((m) => m.renderLogs),
  stop: () => import("./runs.ts").then((m) => m.renderStop),
  wait: () => import("./runs.ts").then((m) => m.renderWait),
  clean: () => import("./clean.ts").then((m) => m.renderClean),
  machines: () => import("./machines.ts").then((m) => m.renderMachines),
  "data push": () => import("./transfer.ts").then((m) => m.renderTransfer),
  "data pull": () => import("./transfer.ts").then((m) => m.renderTransfer),
  "artifacts push": () => import("./transfer.ts").then((m) => m.renderTransfer),
  "artifacts pull": () => import("./transfer.ts").then((m) => m.renderTransfer),
  record: () => import("./record.ts").then((m) => m.renderRecord),
  verify: () => import("./verify.ts").then((m) => m.renderVerify),
  lb: () => import("./record.ts").then((m) => m.renderLb),
  "lb sync": () => import("./lb-sync.ts").then((m) => m.renderLbSync),
  done: () => import("./record.ts").then((m) => m.renderDone),
  deps: () => import("./submit.ts").then((m) => m.renderDeps),
  submit: () => import("./submit.ts").then((m) => m.renderSubmit),
  history: () => import("./history.ts").then((m) => m.renderHistory),
  show: () => import("./show.ts").then((m) => m.renderShow),
  compare: () => import("./compare.ts").then((m) => m.renderCompare),
} as const satisfies Renderers;

/** The renderer of an operation, for whoever does not know which it is. */
export async function loadRenderer(name: OperationName): Promise<Renderer<unknown>> {
  return (await renderers[name]()) as Renderer<unknown>;
}
