import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Backend, RunHandle, JobRequest } from "../../src/compute/backend.ts";
import { mirrored } from "../../src/compute/remote/mirror.ts";
import type { JobStatus, Remote } from "../../src/compute/remote/remote.ts";
import type { RunSpec } from "../../src/core/run/run-spec.ts";
import type { RunStateFile } from "../../src/core/run/run-state-file.ts";
import { artifactsOf } from "../../src/storage/run/run-artifacts.ts";
import { paths } from "../../src/storage/workspace/workspace.ts";

const id = "20261123-011530-exp001-k3f9";

export const runningJob: JobStatus = {
  state: "running",
  started: null,
  ended: null,
  exitCode: null,
  reason: null,
  cause: null,
};
export const succeededJob: JobStatus = { ...runningJob, state: "succeeded", exitCode: 0 };

/** A remote target in memory: what it says, and what was asked of it. */
export interface FakeRemote extends Remote {
  job: JobStatus;
  log: string;
  /** The run's artifacts there, by name. */
  files: Record<string, string>;
  calls: string[];
}

export function fakeRemote(): FakeRemote {
  const fake: FakeRemote = {
    title: "Remote",
    job: runningJob,
    log: "",
    files: {},
    calls: [],
    check: async () => [],
    ship: async () => undefined,
    async create() {
      fake.calls.push("create");
      return "job-1";
    },
    find: async () => "job-1",
    status: async () => fake.job,
    async logs(_spec, _job, cursor) {
      const bytes = Buffer.from(fake.log).subarray(Number(cursor ?? 0));
      return { bytes, cursor: String(Buffer.byteLength(fake.log)) };
    },
    async cancel() {
      fake.calls.push("cancel");
      fake.job = { ...runningJob, state: "cancelled", cause: "user" };
      return "asked";
    },
    async fetch(_spec, _job, folder) {
      fake.calls.push("fetch");
      for (const [name, text] of Object.entries(fake.files)) {
        await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
        await writeFile(path.join(folder, name), text);
      }
    },
  };
  return fake;
}

export interface RemoteRun {
  run: RunHandle;
  spec: RunSpec;
  root: string;
  backend: Backend;
  /** What `submit` takes, with what is said to the user. */
  request: JobRequest & { said: string[] };
  /** A file of the run's record; undefined where it is not there. */
  record(file: string): Promise<string | undefined>;
  state(): Promise<RunStateFile>;
  artifact(name: string): string;
}

/** The record of a training run of exp001 at `remote`, as it is just before its request. */
export async function makeRemoteRun(
  remote: Remote,
  changes: Partial<RunSpec> = {},
): Promise<RemoteRun> {
  const root = await mkdtemp(path.join(tmpdir(), "crossfold-remote-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = path.join(paths.runs({ root }), id);
  const artifact = (name: string) => path.join(artifactsOf(folder), name);
  await mkdir(folder, { recursive: true });
  const spec: RunSpec = { ...remoteSpec, ...changes };
  await writeFile(path.join(folder, "spec.json"), JSON.stringify(spec));
  const env = { CROSSFOLD_POLL_SECONDS: "0.01" };
  const access = { program: ["false"], env, now: () => new Date() };
  const said: string[] = [];
  const stop = new AbortController().signal;
  const record = (file: string) => readFile(path.join(folder, file), "utf8").catch(() => undefined);
  return {
    run: { id, folder },
    spec,
    root,
    backend: mirrored(remote, access),
    request: { spec, folder, root, env, stop, said, say: (text) => void said.push(text) },
    record,
    state: async () => JSON.parse((await record("state.json")) ?? "null"),
    artifact,
  };
}

/** A training run of exp001 on a target that wants to know nothing. */
export const remoteSpec: RunSpec = {
  schema: 1,
  id,
  kind: "train",
  experiment: "exp001",
  script: "models/exp001/train.py",
  args: [],
  debug: false,
  backend: "remote",
  target: {},
  command: [],
  created: "2026-11-23T01:15:30.000Z",
  git: null,
  hashes: { code: "", lock: null, data: {} },
  python: "",
  host: { name: "", platform: "linux", cpus: 1 },
};
