import type { RunSpec } from "../../core/run/run-spec.ts";
import { bucketFolder, vertexTargetOf, type VertexTarget } from "./vertex-target.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The CustomJob of a run (google.cloud.aiplatform.v1.CustomJob in JSON). The image's own entrypoint runs; the script's
 * arguments follow `--` untouched. The environment holds names and tags, no secret.
 */
export function jobRequest(spec: RunSpec, env: Env): Record<string, unknown> {
  const target = vertexTargetOf(spec);
  const runFolder = `gs://${target.bucket}/${bucketFolder(spec)}`;
  return {
    // 128 characters at most; the end is what tells runs apart.
    displayName: spec.id.slice(-128),
    labels: jobLabels(spec),
    jobSpec: {
      workerPoolSpecs: [
        {
          machineSpec: machineSpec(target),
          replicaCount: "1",
          diskSpec: { bootDiskType: bootDisk(target.machine_type), bootDiskSizeGb: 200 },
          containerSpec: {
            imageUri: target.image,
            args: ["--run", runFolder, "--script", spec.script, "--", ...spec.args],
            env: Object.entries(containerEnvironment(spec, env)).map(([name, value]) => ({
              name,
              value,
            })),
          },
        },
      ],
      scheduling: scheduling(target),
      ...(target.service_account === null ? {} : { serviceAccount: target.service_account }),
      baseOutputDirectory: { outputUriPrefix: runFolder },
    },
  };
}

/** Labels take lower-case letters, digits, `_` and `-`, 63 of them at most. The run's id finds the job again. */
export function jobLabels(spec: RunSpec): Record<string, string> {
  const labels = { run_id: label(spec.id), exp: label(spec.experiment ?? "script") };
  return spec.debug ? { ...labels, debug: "true" } : labels;
}

/** An id that is too long keeps its end, where it differs from others. */
function label(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "_")
    .slice(-63);
}

function machineSpec(target: VertexTarget): Record<string, unknown> {
  return {
    machineType: target.machine_type,
    ...(target.accelerator_type === null
      ? {}
      : {
          acceleratorType: target.accelerator_type,
          acceleratorCount: target.accelerator_count ?? 1,
        }),
    ...(target.tpu_topology === null ? {} : { tpuTopology: target.tpu_topology }),
  };
}

/** The newest machine families take Hyperdisk only. */
function bootDisk(machineType: string): string {
  return /^(a4|g4)-|^a3-ultragpu/.test(machineType) ? "hyperdisk-balanced" : "pd-ssd";
}

function scheduling({ strategy, timeout_seconds }: VertexTarget): Record<string, unknown> {
  return {
    timeout: `${timeout_seconds}s`,
    restartJobOnWorkerRestart: false,
    ...(strategy === "STANDARD" ? {} : { strategy }),
    ...(strategy === "FLEX_START" ? { maxWaitDuration: "86400s" } : {}),
  };
}

/** What the container may know: names and tags. Values of secrets are read inside it. */
function containerEnvironment(spec: RunSpec, env: Env): Record<string, string> {
  const { project, secrets } = vertexTargetOf(spec);
  const named = Object.entries(secrets).map(([variable, secret]) => [
    variable,
    `projects/${project}/secrets/${secret}/versions/latest`,
  ]);
  const given = {
    CROSSFOLD_RUN_ID: spec.id,
    PYTHONUNBUFFERED: "1",
    MLFLOW_EXPERIMENT_NAME: env.MLFLOW_EXPERIMENT_NAME,
    MLFLOW_RUN_CONTEXT: env.MLFLOW_RUN_CONTEXT,
    MLFLOW_TRACKING_URI: publicServer(env.MLFLOW_TRACKING_URI),
    CROSSFOLD_SECRETS: named.length === 0 ? undefined : JSON.stringify(Object.fromEntries(named)),
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** A tracking server that a remote machine can reach too; one with a password in its address is a secret. */
function publicServer(uri: string | undefined): string | undefined {
  if (uri === undefined || !/^https?:\/\//.test(uri) || !URL.canParse(uri)) return undefined;
  const { username, password, hostname } = new URL(uri);
  const here = hostname === "localhost" || hostname.startsWith("127.") || hostname === "[::1]";
  return username === "" && password === "" && !here ? uri : undefined;
}
