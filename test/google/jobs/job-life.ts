import { setTimeout as pause } from "node:timers/promises";
import type { World } from "../world.ts";
import { type Job, type JobState, containerOf } from "./job.ts";
import { seconds } from "./job-checks.ts";
import { type Container, startContainer } from "./job-process.ts";

/** How a start of the container ended. */
type Outcome =
  | { kind: "exit"; code: number }
  | { kind: "failed"; code: number; message: string }
  | { kind: "preempted" | "cancelled" | "timeout" | "out-of-memory" };

// google.rpc.Code.
const cancelled = 1;
const internal = 13;
const failedPrecondition = 9;
const invalidArgument = 3;
const resourceExhausted = 8;

/** Restarts after a spot preemption, and after exit codes that Vertex AI takes for a machine's fault. */
const mostPreemptions = 6;
const mostRetries = 3;
const retried = new Set([6, 11, 134, 139]);

/** Carries a job through its states to its end; never rejects. */
export async function liveJob(world: World, job: Job): Promise<void> {
  try {
    await holdQueued(world, job);
    await runAttempts(world, job);
  } catch (error) {
    if (job.cancel.signal.aborted) end(world, job, "JOB_STATE_CANCELLED", cancelled, "CANCELED");
    else end(world, job, "JOB_STATE_FAILED", internal, `Internal error: ${String(error)}`);
  }
}

async function holdQueued(world: World, job: Job): Promise<void> {
  const slow = world.faults.takeJob("slow-queue");
  const { signal } = job.cancel;
  say(world, job, "Waiting for job to be provisioned.");
  await pause(slow?.ms ?? world.timing.queued, undefined, { signal });
  const polls = slow?.polls ?? 0;
  while (job.polls < polls) await pause(5, undefined, { signal });
}

async function runAttempts(world: World, job: Job): Promise<void> {
  const { disableRetries = false } = job.spec.jobSpec.scheduling ?? {};
  let preemptions = 0;
  let retries = 0;
  for (;;) {
    const outcome = await runOnce(world, job);
    if (outcome.kind === "preempted" && !disableRetries && preemptions < mostPreemptions)
      preemptions += 1;
    else if (
      outcome.kind === "exit" &&
      retried.has(outcome.code) &&
      !disableRetries &&
      retries < mostRetries
    ) {
      retries += 1;
    } else return conclude(world, job, outcome);
    say(world, job, `Job is restarting, attempt ${job.attempts + 1}.`);
  }
}

async function runOnce(world: World, job: Job): Promise<Outcome> {
  move(job, "JOB_STATE_PENDING");
  await pause(world.timing.pending, undefined, { signal: job.cancel.signal });
  const obstacle = findObstacle(world, job);
  if (obstacle !== undefined) return obstacle;
  const container = await startContainer(world, job).catch((error: unknown) => String(error));
  if (typeof container === "string") {
    const message = `The replica workerpool0-0 could not start its container: ${container}`;
    return { kind: "failed", code: invalidArgument, message };
  }
  job.attempts += 1;
  job.pid = container.pid;
  job.startTime ??= new Date().toISOString();
  move(job, "JOB_STATE_RUNNING");
  say(world, job, "Job is running.");
  try {
    return await watch(world, job, container);
  } finally {
    job.pid = undefined;
  }
}

function findObstacle(world: World, job: Job): Outcome | undefined {
  const fault = world.faults.takeJob("stockout", "quota", "image-pull", "internal");
  const { imageUri } = containerOf(job);
  if (fault?.kind === "stockout") {
    const message = `Resources are insufficient in region: ${job.location}. Please try a different region or use a different accelerator. If you are using Flex Start, please increase max wait duration.`;
    return { kind: "failed", code: resourceExhausted, message };
  }
  if (fault?.kind === "quota") {
    const message = `The following quota metrics exceed quota limits: ${quotaMetric(job)}`;
    return { kind: "failed", code: resourceExhausted, message };
  }
  if (fault?.kind === "internal") {
    return {
      kind: "failed",
      code: internal,
      message: "Internal error occurred for the current attempt.",
    };
  }
  if (fault?.kind === "image-pull" || world.images[imageUri] === undefined) {
    const message = `Failed to pull container image ${imageUri}: the image does not exist, or the service agent of Vertex AI may not read it.`;
    return { kind: "failed", code: failedPrecondition, message };
  }
  return undefined;
}

/** Waits for the container's own end, or ends it. */
async function watch(world: World, job: Job, container: Container): Promise<Outcome> {
  const over = new AbortController();
  const after = async (
    ms: number,
    kind: Exclude<Outcome["kind"], "exit" | "failed">,
  ): Promise<Outcome> => {
    await pause(ms, undefined, { signal: over.signal });
    return { kind };
  };
  const fault = world.faults.takeJob("preemption", "out-of-memory");
  const timeout = seconds(job.spec.jobSpec.scheduling?.timeout) * 1000;
  const ends: Promise<Outcome>[] = [
    container.exited.then((code) => ({ kind: "exit", code })),
    cancellation(job, over.signal),
  ];
  if (fault !== undefined) {
    ends.push(after(fault.afterMs, fault.kind === "preemption" ? "preempted" : "out-of-memory"));
  }
  if (timeout > 0) {
    const used = Date.now() - Date.parse(job.startTime ?? job.createTime);
    ends.push(after(Math.max(0, timeout - used), "timeout"));
  }
  const outcome = await Promise.race(ends);
  over.abort();
  await Promise.allSettled(ends.slice(1));
  await container.stop(outcome.kind === "out-of-memory" ? 0 : world.timing.grace);
  return outcome;
}

function cancellation(job: Job, over: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const done = (): void => resolve({ kind: "cancelled" });
    over.addEventListener("abort", done, { once: true });
    if (job.cancel.signal.aborted) done();
    else job.cancel.signal.addEventListener("abort", done, { once: true });
  });
}

function conclude(world: World, job: Job, outcome: Outcome): void {
  const fail = (code: number, message: string): void =>
    end(world, job, "JOB_STATE_FAILED", code, message);
  switch (outcome.kind) {
    case "exit":
      if (outcome.code === 0) return end(world, job, "JOB_STATE_SUCCEEDED");
      return fail(invalidArgument, exitMessage(world, job, outcome.code));
    case "out-of-memory":
      return fail(resourceExhausted, outOfMemory(world, job));
    case "failed":
      return fail(outcome.code, outcome.message);
    case "preempted":
      return fail(resourceExhausted, `STOCKOUT: the Spot VM of workerpool0-0 was preempted.`);
    case "timeout":
      return end(
        world,
        job,
        "JOB_STATE_CANCELLED",
        cancelled,
        "CANCELED: the job exceeded its timeout.",
      );
    case "cancelled":
      return end(world, job, "JOB_STATE_CANCELLED", cancelled, "CANCELED");
  }
}

function exitMessage(world: World, job: Job, code: number): string {
  return `The replica workerpool0-0 exited with a non-zero status of ${code}. ${logsLink(world, job)}`;
}

function outOfMemory(world: World, job: Job): string {
  return `The replica workerpool0-0 ran out-of-memory and exited with a non-zero status of 137(SIGKILL). ${logsLink(world, job)}`;
}

function logsLink({ projectNumber }: World, { id }: Job): string {
  const link = `https://console.cloud.google.com/logs/viewer?project=${projectNumber}&resource=ml_job%2Fjob_id%2F${id}&advancedFilter=resource.type%3D%22ml_job%22%0Aresource.labels.job_id%3D%22${id}%22`;
  return `To find out more about why your job exited please check the logs: ${link}`;
}

/** The quota that a job counts against, such as `aiplatform.googleapis.com/custom_model_training_nvidia_l4_gpus`. */
export function quotaMetric(job: Pick<Job, "spec">): string {
  const type = job.spec.jobSpec.workerPoolSpecs[0]?.machineSpec?.acceleratorType;
  const spot = job.spec.jobSpec.scheduling?.strategy === "SPOT" ? "preemptible_" : "";
  const what =
    type === undefined ? "cpus" : `${type.toLowerCase().replace("nvidia_tesla_", "nvidia_")}_gpus`;
  return `aiplatform.googleapis.com/custom_model_training_${spot}${what}`;
}

function move(job: Job, state: JobState): void {
  if (job.cancel.signal.aborted && !/CANCEL/.test(state)) return;
  job.state = state;
  job.updateTime = new Date().toISOString();
}

function end(world: World, job: Job, state: JobState, code?: number, message?: string): void {
  job.error = code === undefined ? undefined : { code, message: message ?? "" };
  job.endTime = new Date().toISOString();
  job.updateTime = job.endTime;
  job.state = state;
  const word = state.replace("JOB_STATE_", "").toLowerCase();
  if (message !== undefined) say(world, job, message, "ERROR");
  say(world, job, word === "succeeded" ? "Job completed successfully." : `Job ${word}.`);
}

function say(world: World, job: Job, text: string, severity: "INFO" | "ERROR" = "INFO"): void {
  world.logs.write({ project: world.project, job: job.id, task: "service", severity, text });
}
