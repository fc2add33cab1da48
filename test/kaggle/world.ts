import type { Blobs } from "./blobs.ts";
import type { Competition } from "./competition.ts";
import type { Dataset } from "./dataset.ts";
import type { Kernel } from "./kernel.ts";
import type { Model } from "./model.ts";
import type { SignedUrls } from "./signed-urls.ts";
import type { Submission } from "./submission.ts";

/** How the stand-in behaves; numbers of polls are counted for each thing by itself. */
export interface Settings {
  /** Interpreter that runs kernels. */
  python: string;
  /** Folder for what kernels read and write. */
  folder: string;
  /** How sources are mounted: by kind and owner, or by name alone as before 2026. */
  mounts: "2026" | "older";
  /** Status calls after a push that answer 404. */
  notFoundPolls: number;
  /** Status calls without a version, after a push, that answer with the version before. */
  stalePolls: number;
  /** Status calls that answer QUEUED. */
  queuedPolls: number;
  /** Looks at a new version of a model or a data set until it is ready. */
  readyPolls: number;
  /** Batch sessions at once. */
  gpuSessions: number;
  cpuSessions: number;
}

export interface Quota {
  gpuUsedSeconds: number;
  gpuTotalSeconds: number;
  /** When the week begins again. */
  refresh: Date;
}

/** Everything the stand-in knows. */
export interface World {
  user: string;
  /** The legacy API key. */
  key: string;
  /** Access tokens that are good. */
  tokens: Set<string>;
  refreshToken: string;
  now: () => Date;
  nextId: () => number;
  competitions: Map<string, Competition>;
  /** Of all competitions, oldest first. */
  submissions: Submission[];
  /** By "owner/slug". */
  kernels: Map<string, Kernel>;
  models: Map<string, Model>;
  datasets: Map<string, Dataset>;
  quota: Quota;
  settings: Settings;
  blobs: Blobs;
  urls: SignedUrls;
  /** Work that goes on after the answer; the stand-in waits for it when it is closed. */
  background: (work: Promise<void>) => void;
  /** Ends something that would go on after the stand-in. */
  onClose: (end: () => void) => void;
}
