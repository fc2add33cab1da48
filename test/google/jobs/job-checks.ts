import { GoogleProblem, invalid } from "../google-problem.ts";
import type { World } from "../world.ts";
import type { ContainerSpec, JobRequest, WorkerPool } from "./job.ts";
import { machineProblem } from "./machines.ts";

interface Finding {
  field: string;
  message: string;
}

/** Throws what Google answers to a job that has the right shape and makes no sense. */
export function checkJob(world: World, job: JobRequest): void {
  const spec = job.jobSpec;
  const findings = [
    ...required({ display_name: job.displayName, job_spec: spec }),
    ...(spec === undefined ? [] : checkPools(spec.workerPoolSpecs ?? [])),
    ...checkLabels(job.labels ?? {}),
  ];
  if ((job.displayName ?? "").length > 128) {
    findings.push({
      field: "display_name",
      message: "The display name is longer than 128 characters.",
    });
  }
  const scheduling = spec?.scheduling ?? {};
  if (scheduling.strategy === "FLEX_START" && scheduling.maxWaitDuration === undefined) {
    findings.push({
      field: "job_spec.scheduling.max_wait_duration",
      message: "max_wait_duration must be set for the FLEX_START strategy.",
    });
  }
  if (seconds(scheduling.timeout) > 7 * 24 * 3600) {
    findings.push({
      field: "job_spec.scheduling.timeout",
      message: "The timeout is longer than 7 days.",
    });
  }
  if (findings.length > 0) throw problemOf(findings);
  checkOutput(world, spec.baseOutputDirectory?.outputUriPrefix);
  checkAccount(world, spec.serviceAccount);
}

/** Seconds of a protobuf duration; 0 where there is none. */
export function seconds(duration: string | undefined): number {
  return duration === undefined ? 0 : Number(duration.slice(0, -1));
}

function problemOf(findings: Finding[]): GoogleProblem {
  const lines = findings.map(
    ({ field, message }, at) => `${at + 1}.Field: ${field}; Message: ${message}`,
  );
  return invalid(`List of found errors:\t${lines.join("\t")}\t`);
}

function required(fields: Record<string, unknown>): Finding[] {
  const empty = Object.entries(fields).filter(([, value]) => value === undefined || value === "");
  return empty.map(([field]) => ({ field, message: "Required field is not set." }));
}

function checkPools(pools: WorkerPool[]): Finding[] {
  const field = "job_spec.worker_pool_specs";
  if (pools.length === 0)
    return [{ field, message: "At least one worker pool should be specified." }];
  if (pools.length > 1) return [{ field, message: "The fake runs one worker pool." }];
  return pools.flatMap((pool, index) => checkPool(pool, `${field}[${index}]`));
}

function checkPool(pool: WorkerPool, field: string): Finding[] {
  const machine = pool.machineSpec ?? {};
  const findings = required({ [`${field}.machine_spec.machine_type`]: machine.machineType });
  if (pool.replicaCount !== "1") {
    findings.push({
      field: `${field}.replica_count`,
      message: "The first worker pool has one replica.",
    });
  }
  const problem = machineProblem({
    machineType: machine.machineType ?? "",
    acceleratorType:
      machine.acceleratorType === "ACCELERATOR_TYPE_UNSPECIFIED"
        ? undefined
        : machine.acceleratorType,
    acceleratorCount: machine.acceleratorCount ?? 0,
    tpuTopology: machine.tpuTopology,
  });
  if (problem !== undefined) findings.push({ field: `${field}.machine_spec`, message: problem });
  const disk = pool.diskSpec ?? {};
  if (!["pd-ssd", "pd-standard", "hyperdisk-balanced", undefined].includes(disk.bootDiskType)) {
    findings.push({
      field: `${field}.disk_spec.boot_disk_type`,
      message: "Unsupported boot disk type.",
    });
  }
  if (
    disk.bootDiskSizeGb !== undefined &&
    (disk.bootDiskSizeGb < 100 || disk.bootDiskSizeGb > 64_000)
  ) {
    findings.push({
      field: `${field}.disk_spec.boot_disk_size_gb`,
      message: "Must be in [100, 64000].",
    });
  }
  if (pool.containerSpec === undefined) {
    findings.push({ field: `${field}.container_spec`, message: "Required field is not set." });
    return findings;
  }
  return [...findings, ...checkContainer(pool.containerSpec, `${field}.container_spec`)];
}

function checkContainer({ imageUri, env = [] }: ContainerSpec, field: string): Finding[] {
  const findings = required({ [`${field}.image_uri`]: imageUri });
  if (env.length > 100) {
    findings.push({
      field: `${field}.env`,
      message: "At most 100 environment variables can be specified.",
    });
  }
  const names = env.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    const at = `${field}.env[${index}].name`;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name ?? "")) {
      findings.push({ field: at, message: "Must be a valid C identifier." });
    } else if (names.indexOf(name) !== index) {
      findings.push({ field: at, message: "Environment variable names must be unique." });
    }
  }
  return findings;
}

function checkLabels(labels: Record<string, string>): Finding[] {
  const field = "labels";
  const pairs = Object.entries(labels);
  if (pairs.length > 64) return [{ field, message: "No more than 64 labels can be set." }];
  const key = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
  const value = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
  return pairs
    .filter(([name, text]) => !key.test(name) || !value.test(text))
    .map(([name, text]) => ({
      field,
      message: `Label '${name}: ${text}' is not valid: keys and values hold at most 63 lower-case letters, digits, underscores and dashes.`,
    }));
}

function checkOutput(world: World, prefix: string | undefined): void {
  if (prefix === undefined) return;
  const bucket = /^gs:\/\/([^/]+)(\/|$)/.exec(prefix)?.[1];
  if (bucket === undefined) throw invalid(`Invalid Cloud Storage URI: ${prefix}`);
  if (world.buckets.has(bucket)) return;
  throw new GoogleProblem(404, `The Cloud Storage bucket of \`${prefix}\` does not exist.`);
}

function checkAccount(world: World, account: string | undefined): void {
  const refused = world.faults.takeJob("missing-act-as") !== undefined;
  if (account === undefined && !refused) return;
  const known = account !== undefined && world.accounts.includes(account);
  if (known && !refused && !world.lacking.has("iam.serviceAccounts.actAs")) return;
  throw invalid(
    `You do not have permission to act as service_account: ${account ?? `${world.projectNumber}-compute@developer.gserviceaccount.com`}. (or it may not exist).`,
  );
}
