import { type Exchange, type Reply, allowQuery, param, readJson } from "../exchange.ts";
import { parseFilter } from "../filter.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import type { World } from "../world.ts";
import { withEnumNumbers } from "./enum-numbers.ts";
import { type Job, type JobRequest, isOver } from "./job.ts";
import { checkJob } from "./job-checks.ts";
import { liveJob } from "./job-life.ts";
import { requireQuota } from "./job-quota.ts";
import { readMessage } from "./proto-json.ts";

const typeName = "google.cloud.aiplatform.v1.CustomJob";
/** Set by Google alone; what a caller sends in them is thrown away. */
const outputOnly = ["name", "state", "createTime", "startTime", "endTime", "updateTime", "error"];

export interface JobRuns {
  all: Job[];
  /** One promise a job, done when the job is over. */
  lives: Promise<void>[];
}

export function jobRoutes(world: World, runs: JobRuns): Route[] {
  const parent = "/v1/projects/{project}/locations/{location}/customJobs";
  const find = (exchange: Exchange): Job => findJob(world, runs.all, exchange);
  return ofService("aiplatform.googleapis.com", [
    route("jobs.create", `POST ${parent}`, (exchange) => createJob(world, runs, exchange)),
    route("jobs.list", `GET ${parent}`, (exchange) => listJobs(world, runs.all, exchange)),
    route("jobs.get", `GET ${parent}/{job}`, (exchange) => {
      allowQuery(exchange);
      requireParent(world, exchange, "aiplatform.customJobs.get");
      const job = find(exchange);
      job.polls += 1;
      return { json: shown(exchange, job) };
    }),
    route("jobs.cancel", `POST ${parent}/{job}:cancel`, (exchange) =>
      cancelJob(world, find, exchange),
    ),
    route("jobs.delete", `DELETE ${parent}/{job}`, (exchange) => deleteJob(world, runs, exchange)),
  ]);
}

async function createJob(world: World, runs: JobRuns, exchange: Exchange): Promise<Reply> {
  allowQuery(exchange);
  const location = requireParent(world, exchange, "aiplatform.customJobs.create");
  const message = readMessage(typeName, await readJson(exchange), "custom_job");
  for (const name of outputOnly) delete message[name];
  const spec = message as unknown as JobRequest;
  checkJob(world, spec);
  fillIn(spec);
  requireQuota(world, runs.all, spec, location);
  const id = String(
    1_000_000_000_000_000_000n + BigInt(Date.now()) * 1000n + BigInt(runs.all.length),
  );
  const now = new Date().toISOString();
  const job: Job = {
    id,
    name: `projects/${world.projectNumber}/locations/${location}/customJobs/${id}`,
    location,
    spec,
    state: "JOB_STATE_QUEUED",
    createTime: now,
    startTime: undefined,
    endTime: undefined,
    updateTime: now,
    error: undefined,
    attempts: 0,
    polls: 0,
    pid: undefined,
    environment: {},
    cancel: new AbortController(),
  };
  runs.all.push(job);
  runs.lives.push(liveJob(world, job));
  return { json: shown(exchange, job) };
}

/** What Vertex AI adds to a job that leaves it out. */
function fillIn({ jobSpec }: JobRequest): void {
  for (const pool of jobSpec.workerPoolSpecs) {
    pool.diskSpec = { bootDiskType: "pd-ssd", bootDiskSizeGb: 100, ...pool.diskSpec };
  }
}

function listJobs(world: World, jobs: Job[], exchange: Exchange): Reply {
  allowQuery(exchange, "filter", "pageSize", "pageToken", "readMask");
  const location = requireParent(world, exchange, "aiplatform.customJobs.list");
  const { query } = exchange;
  const filter = parseFilter(query.get("filter") ?? "");
  const here = jobs.filter((job) => job.location === location);
  const found = here.filter((job) => filter((path) => lookup(job, path))).toReversed();
  const size = Number(query.get("pageSize") ?? 0) || 100;
  const token = query.get("pageToken") ?? "";
  const from = token === "" ? 0 : found.findIndex(({ id }) => id === token) + 1;
  if (token !== "" && from === 0) throw invalid("Invalid page token.");
  const page = found.slice(from, from + size);
  const last = from + page.length < found.length ? page.at(-1) : undefined;
  return {
    json: {
      ...(page.length > 0 ? { customJobs: page.map((job) => shown(exchange, job)) } : {}),
      ...(last === undefined ? {} : { nextPageToken: last.id }),
    },
  };
}

function lookup(job: Job, path: string): string | undefined {
  const label = /^labels\.(.+)$/.exec(path)?.[1];
  if (label !== undefined) return job.spec.labels?.[label];
  const fields: Record<string, string | undefined> = {
    display_name: job.spec.displayName,
    displayName: job.spec.displayName,
    state: job.state,
    create_time: job.createTime,
    createTime: job.createTime,
    update_time: job.updateTime,
    updateTime: job.updateTime,
    name: job.name,
  };
  if (path in fields) return fields[path];
  throw invalid(`Invalid filter: field "${path}" is not supported.`);
}

async function cancelJob(
  world: World,
  find: (exchange: Exchange) => Job,
  exchange: Exchange,
): Promise<Reply> {
  allowQuery(exchange);
  requireParent(world, exchange, "aiplatform.customJobs.cancel");
  readMessage("google.cloud.aiplatform.v1.CancelCustomJobRequest", await readJson(exchange), "");
  const job = find(exchange);
  if (isOver(job)) {
    const message = `The CustomJob "${job.name}" is in state ${job.state} and cannot be canceled.`;
    throw new GoogleProblem(400, message, { status: "FAILED_PRECONDITION" });
  }
  job.state = "JOB_STATE_CANCELLING";
  job.cancel.abort();
  return { json: {} };
}

function deleteJob(world: World, runs: JobRuns, exchange: Exchange): Reply {
  allowQuery(exchange);
  requireParent(world, exchange, "aiplatform.customJobs.delete");
  const job = findJob(world, runs.all, exchange);
  if (!isOver(job)) {
    const message = `The CustomJob "${job.name}" is in state ${job.state} and cannot be deleted.`;
    throw new GoogleProblem(400, message, { status: "FAILED_PRECONDITION" });
  }
  runs.all.splice(runs.all.indexOf(job), 1);
  const name = job.name.replace(/customJobs\/.*/, `operations/${job.id}`);
  return {
    json: { name, done: true, response: { "@type": "type.googleapis.com/google.protobuf.Empty" } },
  };
}

/** The location of the path, in a project that is ours; throws 403 as Google does for a project that is not. */
function requireParent(world: World, exchange: Exchange, permission: string): string {
  const [project, location] = [param(exchange, "project"), param(exchange, "location")];
  const ours = project === world.project || project === world.projectNumber;
  if (!ours || world.lacking.has(permission)) {
    const resource = `//aiplatform.googleapis.com/projects/${project}/locations/${location}`;
    throw new GoogleProblem(
      403,
      `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`,
    );
  }
  if (!/^[a-z]+-[a-z]+\d+$/.test(location)) throw invalid(`Unsupported location: ${location}`);
  return location;
}

function findJob(world: World, jobs: Job[], exchange: Exchange): Job {
  const [id, location] = [param(exchange, "job"), param(exchange, "location")];
  const job = jobs.find((one) => one.id === id && one.location === location);
  if (job !== undefined) return job;
  const name = `projects/${world.projectNumber}/locations/${location}/customJobs/${id}`;
  throw new GoogleProblem(404, `The CustomJob "${name}" does not exist.`);
}

function shown({ query }: Exchange, job: Job): unknown {
  const { name, spec, state, createTime, startTime, endTime, updateTime, error } = job;
  const whole = { name, ...spec, state, createTime, startTime, endTime, updateTime, error };
  const numbers = /enum-encoding=int/.test(query.get("$alt") ?? query.get("alt") ?? "");
  return numbers ? withEnumNumbers(typeName, whole) : whole;
}
