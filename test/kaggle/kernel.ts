import path from "node:path";
import { listFolderFiles, type FolderFile } from "./folder-files.ts";
import { Refusal } from "./reply.ts";
import type { World } from "./world.ts";

/** One piece of what a session printed; `time` in seconds since it began. */
export interface LogEntry {
  stream_name: "stdout" | "stderr";
  time: number;
  data: string;
}

type KernelState =
  | "QUEUED"
  | "RUNNING"
  | "COMPLETE"
  | "ERROR"
  | "CANCEL_ACKNOWLEDGED"
  | "NEW_SCRIPT";

/** What a session can read, by kind, as the author named them. */
export interface KernelSources {
  competitions: string[];
  datasets: string[];
  kernels: string[];
  models: string[];
}

export interface KernelVersion {
  number: number;
  sessionId: number;
  text: string;
  language: string;
  kernelType: "script" | "notebook";
  sources: KernelSources;
  enableGpu: boolean;
  enableInternet: boolean;
  machineShape: string;
  timeoutSeconds: number | undefined;
  state: KernelState;
  failureMessage: string;
  log: LogEntry[];
  /** Folder laid out like /kaggle. */
  root: string;
  /** Status calls that do not find it yet. */
  notFoundPolls: number;
  /** Status calls without a version that still show the one before. */
  stalePolls: number;
  /** Status calls that find it waiting for a machine. */
  queuedPolls: number;
  cancel: () => void;
  /** Resolves when the session has ended. */
  ended: Promise<void>;
}

export interface Kernel {
  id: number;
  owner: string;
  slug: string;
  title: string;
  isPrivate: boolean;
  versions: KernelVersion[];
}

const over = new Set<KernelState>(["COMPLETE", "ERROR", "CANCEL_ACKNOWLEDGED"]);

export function isRunning({ state }: KernelVersion): boolean {
  return state === "RUNNING" || state === "QUEUED";
}

export function hasEnded({ state }: KernelVersion): boolean {
  return over.has(state);
}

export function findKernel(world: World, owner: string, slug: string): Kernel {
  const kernel = world.kernels.get(`${owner}/${slug}`.toLowerCase());
  if (kernel === undefined) throw new Refusal(403, "Permission 'kernels.get' was denied");
  return kernel;
}

/** The version that a label ("v3") names, or the newest one. */
export function findVersion(kernel: Kernel, label: string | undefined): KernelVersion {
  const version =
    label === undefined || label === ""
      ? kernel.versions.at(-1)
      : kernel.versions.find(({ number }) => `v${number}` === label);
  if (version === undefined) throw new Refusal(404, "Kernel session not found");
  return version;
}

/** The newest version that ran to its end. */
export function completeVersion(kernel: Kernel): KernelVersion | undefined {
  return kernel.versions.findLast(({ state }) => state === "COMPLETE");
}

/** What a session left in its working folder. */
export function outputFiles(version: Pick<KernelVersion, "root">): Promise<FolderFile[]> {
  return listFolderFiles(path.join(version.root, "working"));
}
