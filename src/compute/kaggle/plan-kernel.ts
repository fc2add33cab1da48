import { formatDuration } from "../../core/text/duration.ts";
import { nearNames } from "../../core/text/near-names.ts";
import type { Project } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { getAcceleratorQuotas } from "../../clients/kaggle/kernels.ts";
import { openKaggle } from "../../clients/kaggle/open-kaggle.ts";
import type { Access, Plan, MachineRequest } from "../backend.ts";
import type { KernelTarget } from "./kernel-target.ts";

/** `machine_shape` of Kaggle's kernels that can be asked for (kernel-metadata.json, 2026). */
const machineShapes = [
  "NvidiaTeslaT4",
  "NvidiaTeslaT4Highmem",
  "NvidiaL4",
  "NvidiaL4X1",
  "NvidiaTeslaA100",
  "NvidiaH100",
  "NvidiaRtxPro6000",
  "TpuV5E8",
  "TpuV6E8",
];
/** Kaggle ends a session after 12 hours. */
const longestSeconds = 12 * 3600;

/** The kernel that a request comes to, with what is left of the week's accelerator hours. */
export async function planKernel(
  request: MachineRequest,
  project: Project,
  { env }: Access,
): Promise<Plan> {
  if (project.competition_platform !== "kaggle") throw notOnKaggle(project);
  refuseForeign(request);
  const shape = shapeOf(request.gpu);
  const timeout = Math.min(longestSeconds, Math.ceil(request.timeoutSeconds ?? longestSeconds));
  const kaggle = await openKaggle(env);
  const target: KernelTarget = {
    owner: await kaggle.username(),
    competition: project.competition_name,
    machine_shape: shape,
    timeout_seconds: timeout,
  };
  const where = `Kaggle, a private kernel of ${target.owner}: ${shape ?? "CPU only"}, ${formatDuration(timeout)} at most`;
  if (shape === null) return { target, summary: [where, "free"] };
  const { gpuQuota, tpuQuota } = await getAcceleratorQuotas(kaggle);
  const kind = shape.startsWith("Tpu") ? "TPU" : "GPU";
  const quota = kind === "TPU" ? tpuQuota : gpuQuota;
  if (!quota)
    return { target, summary: [where, `Kaggle does not say how much ${kind} time is left`] };
  const left = (quota.totalTimeAllowed ?? 0) - (quota.timeUsed ?? 0) - (quota.timeReserved ?? 0);
  if (left <= 0) throw nothingLeft(kind);
  const total = formatDuration(quota.totalTimeAllowed ?? 0);
  return {
    target,
    summary: [where, `free; ${formatDuration(left)} of this week's ${total} of ${kind} left`],
  };
}

function shapeOf(gpu: string | undefined): string | null {
  if (gpu === undefined || /^(|cpu|none)$/i.test(gpu)) return null;
  const names = new Set(["", "Nvidia", "NvidiaTesla"].map((maker) => plain(maker + gpu)));
  const found = machineShapes.find((shape) => names.has(plain(shape)));
  if (found !== undefined) return found;
  const [near] = nearNames(gpu, machineShapes);
  throw new UserError({
    code: "kaggle-accelerator",
    message: `Kaggle has no accelerator "${gpu}"`,
    expected: `one of ${machineShapes.join(", ")}`,
    next: `--gpu ${near ?? machineShapes[0]}`,
    exitCode: 2,
  });
}

/** `nvidia-tesla-t4`, `NvidiaTeslaT4` and `T4` are the same to a user. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Kaggle gives what it gives. */
function refuseForeign({ count, machine, spot, flexStart }: MachineRequest): void {
  const flags = {
    "--count": count,
    "--machine": machine,
    "--spot": spot,
    "--flex-start": flexStart,
  };
  const given = Object.entries(flags).find(([, value]) => value !== undefined && value !== false);
  if (given === undefined) return;
  throw new UserError({
    code: "kaggle-request",
    message: `${given[0]} does not apply on Kaggle: only the accelerator can be chosen`,
    next: "leave it out, or train --on vertex",
    exitCode: 2,
  });
}

function notOnKaggle({ competition_name, competition_platform }: Project): UserError {
  return new UserError({
    code: "not-on-kaggle",
    message: `${competition_name} is held on ${competition_platform}, and a Kaggle kernel gets its data from a competition on Kaggle`,
    at: { file: "project.yml" },
    next: "train --on local or --on vertex",
  });
}

function nothingLeft(kind: string): UserError {
  return new UserError({
    code: "kaggle-quota",
    message: `this week's ${kind} time on Kaggle is used up`,
    next: "train without --gpu, wait for the next week, or train --on vertex",
  });
}
