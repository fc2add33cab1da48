import { z } from "zod";
import { GoogleError } from "./google-error.ts";
import type { Google } from "./open-google.ts";

/** The fields of a CustomJob that we read; the rest passes. States: JOB_STATE_QUEUED, _PENDING, _RUNNING, ... */
const customJobSchema = z.looseObject({
  /** projects/P/locations/REGION/customJobs/ID */
  name: z.string(),
  displayName: z.string().default(""),
  state: z.string().default("JOB_STATE_UNSPECIFIED"),
  createTime: z.string().optional(),
  startTime: z.string().optional(),
  endTime: z.string().optional(),
  updateTime: z.string().optional(),
  /** google.rpc.Status of a job that failed or was cancelled. */
  error: z.looseObject({ code: z.int().default(0), message: z.string().default("") }).optional(),
  labels: z.record(z.string(), z.string()).default({}),
  jobSpec: z.looseObject({}).optional(),
});
export type CustomJob = z.output<typeof customJobSchema>;

export interface JobLocation {
  project: string;
  region: string;
}

const pageSchema = z.looseObject({
  customJobs: z.array(customJobSchema).default([]),
  nextPageToken: z.string().default(""),
});

/** Never repeated: a create has no request id, so after a lost answer look the job up by its label first. */
export function createCustomJob(
  google: Google,
  location: JobLocation,
  job: Record<string, unknown>,
): Promise<CustomJob> {
  return google.request(customJobSchema, {
    ...jobsOf(location),
    method: "POST",
    body: job,
    repeatable: false,
  });
}

export function getCustomJob(google: Google, name: string): Promise<CustomJob> {
  return google.request(customJobSchema, jobAt(name));
}

/** Every job a filter matches, such as `labels.run_id="20261123-..."`. */
export async function listCustomJobs(
  google: Google,
  location: JobLocation,
  filter: string,
): Promise<CustomJob[]> {
  const found: CustomJob[] = [];
  for (let pageToken: string | undefined; pageToken !== "";) {
    const query = { filter, pageSize: 100, pageToken };
    const page = await google.request(pageSchema, { ...jobsOf(location), query });
    found.push(...page.customJobs);
    pageToken = page.nextPageToken;
  }
  return found;
}

/** Asks for the end; the state says when it has come. A job that has ended or is asked again is left as it is. */
export async function cancelCustomJob(google: Google, name: string): Promise<void> {
  const { path, ...rest } = jobAt(name);
  const call = { ...rest, path: `${path}:cancel`, method: "POST", body: {} } as const;
  try {
    await google.request(z.unknown(), { ...call, repeatable: true });
  } catch (error) {
    if (!(error instanceof GoogleError) || error.status !== "FAILED_PRECONDITION") throw error;
  }
}

function jobsOf({ project, region }: JobLocation) {
  const path = `/v1/projects/${project}/locations/${region}/customJobs`;
  return { api: "aiplatform", region, path } as const;
}

function jobAt(name: string) {
  const region = /\/locations\/([^/]+)\//.exec(name)?.[1];
  return { api: "aiplatform", region, path: `/v1/${name}` } as const;
}
