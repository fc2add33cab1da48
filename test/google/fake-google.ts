import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Fault, createFaults } from "./faults.ts";
import { infraRoutes } from "./infra/infra-routes.ts";
import { googleServices } from "./infra/services.ts";
import { endpointVariables } from "./jobs/job-environment.ts";
import { type Job, isOver } from "./jobs/job.ts";
import { type JobRuns, jobRoutes } from "./jobs/job-routes.ts";
import { createLogBook } from "./log-book.ts";
import { logRoutes } from "./log-routes.ts";
import { type RequestLine, serve } from "./server.ts";
import { bucketRoutes } from "./storage/bucket-routes.ts";
import { createBucketStore } from "./storage/bucket-store.ts";
import { objectRoutes } from "./storage/object-routes.ts";
import { uploadRoutes } from "./storage/upload-routes.ts";
import { createTokens, metadataRoutes } from "./tokens.ts";
import type { FakeImage, FakeTiming, World } from "./world.ts";

export interface FakeGoogleOptions {
  /** `demo-project` by default. */
  project?: string;
  /** Buckets that are there from the start; `demo-bucket` by default. */
  buckets?: string[];
  /** Container images that a job can run, by address. */
  images?: Record<string, FakeImage>;
  /** What an image that Cloud Build makes starts; a program that succeeds by default. */
  built?: FakeImage;
  /** Secret values by name. */
  secrets?: Record<string, string>;
  /** Service accounts besides the caller's own. */
  accounts?: string[];
  /** APIs that are not enabled, such as `aiplatform.googleapis.com`. */
  disabledServices?: string[];
  /** Permissions that the caller lacks, such as `iam.serviceAccounts.actAs`. */
  lacking?: string[];
  /** `REGION/NAME` of Docker repositories; those of `images` are there by themselves. */
  repositories?: string[];
  /** Limits by metric or `REGION/metric`, such as `aiplatform.googleapis.com/custom_model_training_nvidia_l4_gpus`. */
  quotas?: Record<string, number>;
  /** Seconds that a token is good for; an hour by default. */
  tokenSeconds?: number;
  /**
   * Lets Cloud Storage answer calls that carry no token, as the emulators do: @google-cloud/storage sends none when it
   * begins a resumable upload at an address that is not Google's. A token that is sent must still be good.
   */
  openStorage?: boolean;
  timing?: Partial<FakeTiming>;
}

export interface FakeGoogle {
  url: string;
  project: string;
  projectNumber: string;
  /** The account of the tokens, with which jobs may run, too. */
  account: string;
  /** Variables through which a process finds the fake and nothing of the machine's own credentials. */
  env: Record<string, string>;
  /** Folder of a bucket: its files are the objects. */
  bucketFolder(name: string): string;
  /** All jobs, oldest first, as they are now. */
  jobs(): Job[];
  /** Resolves when every job that was created is over. */
  finished(): Promise<void>;
  /** Every request so far. */
  requests: RequestLine[];
  fault(fault: Fault): void;
  /** Faults that have not happened yet. */
  pendingFaults(): Fault[];
  /** Makes every token that was given out worthless. */
  expireTokens(): void;
  /** Ends every job's processes and the server, and removes the folders. */
  close(): Promise<void>;
}

/** Starts a made-up Google project on a port of this machine; strict where Google is. */
export async function startFakeGoogle(options: FakeGoogleOptions = {}): Promise<FakeGoogle> {
  const folder = mkdtempSync(path.join(tmpdir(), "fake-google-"));
  let url = "";
  const world = makeWorld(options, folder, () => url);
  const runs: JobRuns = { all: [], lives: [] };
  const requests: RequestLine[] = [];
  const routes = [
    ...metadataRoutes(world),
    ...objectRoutes(world),
    ...uploadRoutes(world),
    ...bucketRoutes(world),
    ...jobRoutes(world, runs),
    ...logRoutes(world),
    ...infraRoutes(world),
  ];
  const server = serve(world, routes, requests);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { project, projectNumber, account } = world;
  return {
    url,
    project,
    projectNumber,
    account,
    env: { ...endpointVariables(url), ...noOwnCredentials(folder) },
    bucketFolder: (name) => world.buckets.folder(name),
    jobs: () => [...runs.all],
    finished: async () => void (await Promise.all(runs.lives)),
    requests,
    fault: (fault) => world.faults.add(fault),
    pendingFaults: () => world.faults.pending(),
    expireTokens: () => world.tokens.expire(),
    async close() {
      world.timing.grace = 0;
      for (const job of runs.all.filter((one) => !isOver(one))) job.cancel.abort();
      await Promise.all(runs.lives);
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeWorld(options: FakeGoogleOptions, folder: string, url: () => string): World {
  const { project = "demo-project", images = {}, disabledServices = [] } = options;
  const account = `trainer@${project}.iam.gserviceaccount.com`;
  const faults = createFaults();
  const buckets = createBucketStore(folder);
  for (const bucket of options.buckets ?? ["demo-bucket"]) buckets.make(bucket);
  return {
    project,
    projectNumber: "123456789012",
    account,
    accounts: [account, ...(options.accounts ?? [])],
    services: new Set(
      Object.keys(googleServices).filter((name) => !disabledServices.includes(name)),
    ),
    lacking: new Set(options.lacking),
    images: { ...images },
    built: options.built ?? { entrypoint: ["true"] },
    secrets: options.secrets ?? {},
    repositories: new Set(options.repositories ?? []),
    quotas: options.quotas ?? {},
    openStorage: options.openStorage ?? false,
    timing: { queued: 10, pending: 10, grace: 5000, build: 20, ...options.timing },
    folder,
    tokens: createTokens(options.tokenSeconds ?? 3600),
    faults,
    buckets,
    locations: new Map(),
    logs: createLogBook(faults),
    url,
  };
}

/** Keeps Google's libraries from credentials and settings that the machine may have. */
function noOwnCredentials(folder: string): Record<string, string> {
  const empty = path.join(folder, "gcloud");
  mkdirSync(empty);
  return { CLOUDSDK_CONFIG: empty, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
}
