import { GoogleProblem } from "../google-problem.ts";
import type { World } from "../world.ts";
import { type Job, type JobRequest, isOver } from "./job.ts";
import { quotaMetric } from "./job-life.ts";

/** Throws 429 where the job and those that run would exceed a quota of the region. */
export function requireQuota(world: World, jobs: Job[], spec: JobRequest, location: string): void {
  const metric = quotaMetric({ spec });
  const limit = world.quotas[`${location}/${metric}`] ?? world.quotas[metric];
  if (limit === undefined) return;
  const others = jobs.filter(
    (job) => !isOver(job) && job.location === location && quotaMetric(job) === metric,
  );
  const used = [...others.map((job) => job.spec), spec].reduce((sum, one) => sum + amount(one), 0);
  if (used <= limit) return;
  throw new GoogleProblem(429, `The following quota metrics exceed quota limits: ${metric}`);
}

/** Accelerators, or vCPUs by the number in the machine type's name. */
function amount({ jobSpec }: JobRequest): number {
  const machine = jobSpec.workerPoolSpecs[0]?.machineSpec;
  if (machine?.acceleratorType !== undefined) return machine.acceleratorCount ?? 0;
  return Number(/-(\d+)$/.exec(machine?.machineType ?? "")?.[1] ?? 1);
}
