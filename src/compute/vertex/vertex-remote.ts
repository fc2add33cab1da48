import path from "node:path";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { cancelCustomJob, getCustomJob, listCustomJobs } from "../../clients/google/custom-jobs.ts";
import { isNotFound } from "../../clients/google/google-error.ts";
import { isPassing } from "../../clients/http/failure.ts";
import { googleProblem } from "../../clients/google/google-problem.ts";
import { openGoogle } from "../../clients/google/open-google.ts";
import { type Bucket, openBucket } from "../../clients/google/storage.ts";
import { recordFiles } from "../../storage/run/run-record.ts";
import type { Access } from "../backend.ts";
import type { JobStatus, Remote } from "../remote/remote.ts";
import { createJob, nextSteps } from "./create-job.ts";
import { checkData } from "./data-in-bucket.ts";
import { fetchArtifacts } from "./fetch-artifacts.ts";
import { readJobLog } from "./job-log.ts";
import { jobLabels } from "./job-request.ts";
import { jobStatus } from "./job-status.ts";
import { readEnding, type RunEnding } from "./run-ending.ts";
import { bucketFolder, vertexTargetOf } from "./vertex-target.ts";

/** Vertex AI by its API, the run's files by Cloud Storage. */
export function vertexRemote({ env }: Access): Remote {
  const google = openGoogle(env);
  // What is asked again and again anyway need not be tried long: a user may be waiting for a list of runs.
  const brief = openGoogle(env, { tries: 2 });
  const bucketOf = (spec: RunSpec, by = google): Bucket =>
    openBucket(by, vertexTargetOf(spec).bucket);
  return {
    title: "Vertex AI",
    check: (spec, root) =>
      refused(spec, "check the bucket", () => checkData(bucketOf(spec), spec, root)),
    ship: ({ spec, folder, say }) =>
      refused(spec, "ship the code", async () => {
        const bucket = bucketOf(spec);
        say(`shipping the code to gs://${bucket.name}/${bucketFolder(spec)}`);
        for (const name of [recordFiles.source, recordFiles.requirements]) {
          const object = `${bucketFolder(spec)}/${name}`;
          await bucket.upload(path.join(folder, name), object, { ifGenerationMatch: "0" });
        }
      }),
    create: (request) => createJob(google, request),
    async find(spec) {
      const filter = `labels.run_id="${jobLabels(spec).run_id}"`;
      const jobs = await asked(spec, "find the job", () =>
        listCustomJobs(brief, vertexTargetOf(spec), filter),
      );
      return jobs[0]?.name;
    },
    status: (spec, job) =>
      asked(spec, "check the job", async () => {
        const known = await orDeleted(getCustomJob(brief, job));
        const isOver = known === undefined || known.endTime !== undefined;
        const ending = isOver ? await readEnding(bucketOf(spec, brief), spec) : nothing;
        return withAdvice(jobStatus(known, ending), spec);
      }),
    logs: (spec, job, cursor) =>
      asked(spec, "read the log", () =>
        readJobLog({ google: brief, bucket: bucketOf(spec, brief) }, spec, job, cursor),
      ),
    cancel: (spec, job) =>
      refused(spec, "cancel the job", async () => {
        const cancelled = await orDeleted(
          cancelCustomJob(google, job).then(() => "asked" as const),
        );
        return cancelled ?? ("gone" as const);
      }),
    fetch: (spec, _job, folder) =>
      asked(spec, "download the artifacts", () => fetchArtifacts(bucketOf(spec), spec, folder)),
  };
}

/** What may go away by itself stays as it is; what Google refuses is said with what fixes it. */
async function asked<T>(spec: RunSpec, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { project } = vertexTargetOf(spec);
    throw isPassing(error) ? error : googleProblem(error, { doing, project });
  }
}

/** For what a user waits for: every failure of Google's is told. */
async function refused<T>(spec: RunSpec, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw googleProblem(error, { doing, project: vertexTargetOf(spec).project });
  }
}

const nothing: RunEnding = { exitCode: null, failure: null };

/** Undefined for a job that was deleted: its name came from Vertex AI itself. */
async function orDeleted<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A job that did not get its machine says what to try. */
function withAdvice(status: JobStatus, spec: RunSpec): JobStatus {
  if (status.cause !== "stockout" && status.cause !== "quota") return status;
  const said = status.reason?.replace(/\.$/, "");
  return { ...status, reason: `${said}; ${nextSteps(status.cause, vertexTargetOf(spec))}` };
}
