/** A custom job inside the fake. */
export interface Job {
  id: string;
  /** `projects/NUMBER/locations/LOCATION/customJobs/ID`. */
  name: string;
  location: string;
  spec: JobRequest;
  state: JobState;
  createTime: string;
  startTime: string | undefined;
  endTime: string | undefined;
  updateTime: string;
  error: { code: number; message: string } | undefined;
  /** How often the container was started. */
  attempts: number;
  /** How often the job was asked for. */
  polls: number;
  /** Process id of the container that runs now. */
  pid: number | undefined;
  /** Environment that the container got, last time. */
  environment: Record<string, string>;
  cancel: AbortController;
}

export type JobState =
  | "JOB_STATE_QUEUED"
  | "JOB_STATE_PENDING"
  | "JOB_STATE_RUNNING"
  | "JOB_STATE_SUCCEEDED"
  | "JOB_STATE_FAILED"
  | "JOB_STATE_CANCELLING"
  | "JOB_STATE_CANCELLED";

/** A CustomJob as the caller sent it, walked and in camelCase. */
export interface JobRequest {
  displayName: string;
  labels?: Record<string, string>;
  jobSpec: JobSpec;
}

interface JobSpec {
  workerPoolSpecs: WorkerPool[];
  scheduling?: {
    strategy?: string;
    timeout?: string;
    maxWaitDuration?: string;
    disableRetries?: boolean;
    restartJobOnWorkerRestart?: boolean;
  };
  serviceAccount?: string;
  baseOutputDirectory?: { outputUriPrefix: string };
}

export interface WorkerPool {
  replicaCount?: string;
  machineSpec?: {
    machineType?: string;
    acceleratorType?: string;
    acceleratorCount?: number;
    tpuTopology?: string;
  };
  diskSpec?: { bootDiskType?: string; bootDiskSizeGb?: number };
  containerSpec?: ContainerSpec;
}

export interface ContainerSpec {
  imageUri: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string }[];
}

export function isOver({ state }: Job): boolean {
  return /SUCCEEDED|FAILED|CANCELLED/.test(state);
}

/** The container of the one worker pool that the fake runs. */
export function containerOf({ spec }: Job): ContainerSpec {
  const container = spec.jobSpec.workerPoolSpecs[0]?.containerSpec;
  if (container === undefined) throw new Error("a job without a container passed the checks");
  return container;
}
