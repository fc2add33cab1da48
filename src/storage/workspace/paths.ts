import path from "node:path";

interface Root {
  root: string;
}

const below =
  (...names: string[]) =>
  (ws: Root) =>
    path.join(ws.root, ...names);
const own = ".crossfold";

/** Where things lie in a workspace; every other file asks here. What is below `.crossfold/` is not in git. */
export const paths = {
  experiments: below("models"),
  experiment: (ws: Root, name: string) => path.join(ws.root, "models", name),
  artifacts: (ws: Root, name: string) => path.join(ws.root, "models", name, "artifacts"),
  /** Which the newest full training wrote. */
  metrics: (ws: Root, name: string) => path.join(paths.artifacts(ws, name), "metrics.json"),
  /** The scores of an experiment, in git. */
  ledger: (ws: Root, name: string) => path.join(paths.experiment(ws, name), "scores.jsonl"),
  templates: below("templates"),
  template: below("templates", "models"),
  input: (ws: Root & { project: { competition_name: string } }) =>
    path.join(ws.root, "data", "input", ws.project.competition_name),
  grading: below("data", "grading"),

  crossfold: below(own),
  runs: below(own, "runs"),
  /** The number that was last given to a run. */
  runSequence: below(own, "run-sequence"),
  run: (ws: Root, id: string) => path.join(paths.runs(ws), id),
  /** Where a run's record is written before it is whole. */
  runPart: (ws: Root, id: string) => path.join(paths.runs(ws), `.${id}.part`),
  /** Where commands that may not meet lock each other out. */
  lock: (ws: Root, name: string) => path.join(ws.root, own, "locks", name),
  /** Where files are written before they are whole. */
  temporary: below(own, "tmp"),
  /** Its being there says that nothing is left of what older versions wrote beside the user's files. */
  sweptOnce: below(own, "cache", "swept-once"),
  cache: below(own, "cache"),
  /** What was read from the workspace's files, one file a kind; see storage/index/file-index.ts. */
  indexes: below(own, "index"),
  index: (ws: Root, kind: string) => path.join(paths.indexes(ws), kind),
  /** Which run's files an experiment's `artifacts/` shows; one file an experiment. */
  views: below(own, "views"),
  view: (ws: Root, name: string) => path.join(paths.views(ws), `${name}.json`),
  /** Its being there says that the view is being changed, or is still to be. */
  viewPending: (ws: Root, name: string) => path.join(paths.views(ws), `${name}.pending`),
  /** Where a view's files are put together, and where the ones before wait to be removed. */
  viewPart: (ws: Root, name: string) => path.join(paths.views(ws), `${name}.part`),
  viewBefore: (ws: Root, name: string) => path.join(paths.views(ws), `${name}.before`),
  /** What an upgrade, or a view that was put right, took out of an experiment. */
  replaced: below(own, "replaced"),
  /** What the last `verify` found of each recorded score. */
  verified: below(own, "verified.json"),
  /** What `check` found in an experiment, and of which files. */
  checked: (ws: Root, name: string) => path.join(paths.cache(ws), "checked", `${name}.json`),
  /** SHA-256 of the data files as they were. */
  dataHashes: below(own, "cache", "hashes.json"),
  /** Hashes of the files as Cloud Storage has them. */
  bucketChecksums: below(own, "cache", "checksums.json"),
  /** Addresses of uploads under way. */
  uploadSessions: below(own, "cache", "uploads"),
  /** When a file of no run was last submitted for an experiment. */
  ownSubmission: (ws: Root, name: string) => path.join(ws.root, own, "submitted", name),
  /** One file a submission to Kaggle. */
  submissionJournal: below(own, "submissions"),
  /** Where downloads of a competition wait until they are whole. */
  downloads: (ws: Root, slug: string) => path.join(ws.root, own, "kaggle", slug),
  /** The data files that were downloaded. */
  dataRecord: (ws: Root, slug: string) => path.join(paths.downloads(ws, slug), "data.json"),
  /** What was last fetched of a competition. */
  fetchedRecord: (ws: Root, slug: string) => path.join(ws.root, own, "kaggle", `${slug}.json`),
  /** How far a code competition's experiment is on its way; the wheels of all of them are `deps`. */
  codeState: (ws: Root, name: string) => path.join(ws.root, own, "kaggle", `${name}.json`),
  /** Where the output of an experiment's notebook is downloaded to. */
  notebookOutput: (ws: Root, name: string) => path.join(ws.root, own, "kaggle", name),
};

/** The files of a run's folder, the same wherever it ran. */
export const recordFiles = {
  spec: "spec.json",
  state: "state.json",
  /** The processes of state.json once more: what is needed to find them if that file is damaged. */
  processes: "processes.json",
  rc: "rc",
  log: "output.log",
  supervisorLog: "supervisor.log",
  /** Its being there says that the run was asked to stop, its time when. */
  cancel: "cancel",
  code: "code",
  /** project.yml as it was when the run was started. */
  project: "project.yml",
  /** The file of a metric's function of the user's own as it was then, at its path in the workspace. */
  metricSource: "metric",
  patch: "dirty.patch",
  /** The workspace that the script runs in, laid out from copies and links; gone after the run's end. */
  workspace: "workspace",
  /** What was laid out in it. */
  layout: "layout.json",
  /** What the script wrote. */
  artifacts: "artifacts",
  /** SHA-256 of each file in `artifacts/`, as the script left it. */
  files: "files.json",
  /** A table of a run that is no longer its experiment's, while it is written in less space. */
  compactPart: "compact.parquet",
  metrics: "metrics.json",
  /** What the script noted in MLflow while its server could not be reached, until that is sent; and how far that is. */
  tracking: "mlflow",
  trackingSent: "mlflow-sent.json",
  /** What the run's score was found to be, once and for all. */
  judged: "judged.json",
  /** Of a remote run: its job and how much of its log is here. */
  remote: "remote.json",
  /** Of a remote run: what was shipped. */
  source: "source.tar.gz",
  requirements: "requirements.txt",
  /** Of a remote run: artifacts while they are downloaded. */
  artifactsPart: "artifacts.part",
  /** Its being there says that something of the run was submitted: its models are kept. */
  submitted: "submitted",
  /** What recording the run came to. */
  recorded: "recorded.json",
} as const;

/** What is written of a run that has ended: before its end none of it can be Crossfold's. */
export const afterTheEnd = [
  recordFiles.files,
  recordFiles.metrics,
  recordFiles.judged,
  recordFiles.recorded,
] as const;

/** The workspace that a run's folder lies in. */
export function workspaceOfRun(folder: string): string {
  return path.resolve(folder, "../../..");
}

/** A run's spec.json as messages name it, from the workspace. */
export function specOfRun(id: string): string {
  return path.join(paths.run({ root: "" }, id), recordFiles.spec);
}
