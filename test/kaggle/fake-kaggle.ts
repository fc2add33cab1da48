import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { callName, makeApi } from "./api.ts";
import { Blobs } from "./blobs.ts";
import { makeCompetition, type Competition, type CompetitionOptions } from "./competition.ts";
import type { Dataset } from "./dataset.ts";
import { Faults, type Fault } from "./faults.ts";
import type { Kernel } from "./kernel.ts";
import type { Model } from "./model.ts";
import { SignedUrls } from "./signed-urls.ts";
import { makeStorage } from "./storage.ts";
import type { Submission } from "./submission.ts";
import { targetOf } from "./wire.ts";
import type { Quota, Settings, World } from "./world.ts";

export interface FakeKaggleOptions {
  competitions?: CompetitionOptions[];
  /** Default: "tester". */
  user?: string;
  /** Decides what is today, and whether a deadline is over. */
  now?: () => Date;
  /** A field that no client knows, in every message. */
  unknownFields?: boolean;
  /** Waiting states under names that no client knows. */
  unknownStates?: boolean;
  /** How long a signed URL is good; an hour. */
  urlLifetimeMs?: number;
  /** Defaults: python3 of PATH, mounts of 2026, one call each until something is there, 2 GPU and 5 CPU sessions. */
  settings?: Partial<Omit<Settings, "folder">>;
  quota?: Partial<Quota>;
}

/** One request as it came in. */
interface RequestEntry {
  origin: "api" | "storage";
  method: string;
  path: string;
  /** Name of the service's method. */
  call: string;
  authorized: boolean;
  range: string | undefined;
  /** 0: the connection was broken. */
  status: number;
}

export interface FakeKaggle {
  url: string;
  /** The origin of signed URLs. */
  storageUrl: string;
  user: string;
  /** The same account's access token, API key and OAuth refresh token. */
  credentials: { token: string; username: string; key: string; refreshToken: string };
  /** For Crossfold. */
  env: Record<string, string>;
  /** For the official client, unchanged: it takes this server for its proxy. */
  officialEnv: Record<string, string>;
  /** Live: what a test changes here is so from then on. */
  competitions: Map<string, Competition>;
  submissions: Submission[];
  /** By "owner/slug". */
  kernels: Map<string, Kernel>;
  models: Map<string, Model>;
  datasets: Map<string, Dataset>;
  quota: Quota;
  requests: RequestEntry[];
  addCompetition(options: CompetitionOptions): Competition;
  fault(fault: Fault): void;
  /** Forgets every address an upload was begun at. */
  expireUploads(): void;
  close(): Promise<void>;
}

const token = "KGAT_0123456789abcdef0123456789abcdef";
const key = "0123456789abcdef0123456789abcdef";

const usual: Omit<Settings, "folder"> = {
  python: "python3",
  mounts: "2026",
  notFoundPolls: 1,
  stalePolls: 1,
  queuedPolls: 1,
  readyPolls: 1,
  gpuSessions: 2,
  cpuSessions: 5,
};

function thirtyHours(now: Date): Quota {
  const refresh = new Date(now.getTime() + 4 * 24 * 3600 * 1000);
  return { gpuUsedSeconds: 0, gpuTotalSeconds: 30 * 3600, refresh };
}

/** A strict stand-in for Kaggle on two ports of this machine: the API and the origin of signed URLs. */
export async function startFakeKaggle(options: FakeKaggleOptions = {}): Promise<FakeKaggle> {
  const faults = new Faults();
  const requests: RequestEntry[] = [];
  const background: Promise<void>[] = [];
  const ends: (() => void)[] = [];
  let storageUrl = "";
  let lastId = 1000;
  const { user = "tester", now = () => new Date(), urlLifetimeMs = 3_600_000 } = options;
  const world: World = {
    user,
    key,
    tokens: new Set([token]),
    refreshToken: "refresh-token",
    now,
    nextId: () => (lastId += 1),
    competitions: new Map(),
    submissions: [],
    kernels: new Map(),
    models: new Map(),
    datasets: new Map(),
    quota: { ...thirtyHours(now()), ...options.quota },
    settings: {
      ...usual,
      ...options.settings,
      folder: await mkdtemp(path.join(tmpdir(), "fake-kaggle-")),
    },
    blobs: new Blobs(() => storageUrl),
    urls: new SignedUrls(() => storageUrl, urlLifetimeMs),
    background: (work) => background.push(work),
    onClose: (end) => ends.push(end),
  };
  const { unknownFields = false, unknownStates = false } = options;
  const handlers = {
    api: makeApi(world, faults, { unknownFields, unknownStates }),
    storage: makeStorage(world, faults),
  };

  const storage = await listen((request, response) => handle("storage", request, response));
  storageUrl = storage.url;
  const storageHost = new URL(storageUrl).host;
  const api = await listen((request, response) => {
    const { host } = targetOf(request, "own");
    return handle(host === storageHost ? "storage" : "api", request, response);
  });

  async function handle(
    origin: "api" | "storage",
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = targetOf(request, "own");
    const call = origin === "api" ? callName(url).split("/").at(-1)! : "";
    const { method = "", headers } = request;
    const authorized = headers.authorization !== undefined;
    const { range } = headers;
    const entry = { origin, method, path: url.pathname, call, authorized, range, status: 0 };
    requests.push(entry);
    entry.status = await handlers[origin](request, response, url);
  }

  function addCompetition(competition: CompetitionOptions): Competition {
    const made = makeCompetition(competition, world.nextId(), now());
    world.competitions.set(made.slug, made);
    return made;
  }

  for (const competition of options.competitions ?? []) addCompetition(competition);
  return {
    url: api.url,
    storageUrl,
    user,
    credentials: { token, username: user, key, refreshToken: world.refreshToken },
    env: { CROSSFOLD_KAGGLE_URL: api.url, KAGGLE_API_TOKEN: token },
    officialEnv: officialEnv(api.url),
    competitions: world.competitions,
    submissions: world.submissions,
    kernels: world.kernels,
    models: world.models,
    datasets: world.datasets,
    quota: world.quota,
    requests,
    addCompetition,
    fault: (fault) => faults.add(fault),
    expireUploads: () => world.blobs.expireAddresses(),
    close: async () => {
      for (const end of ends) end();
      await Promise.all([stop(api.server), stop(storage.server)]);
      await Promise.allSettled(background);
      await rm(world.settings.folder, { recursive: true, force: true });
    },
  };
}

/** requests reads the variables in both spellings; an empty NO_PROXY sends localhost through the proxy too. */
function officialEnv(url: string): Record<string, string> {
  return {
    KAGGLE_API_ENVIRONMENT: "LOCALHOST",
    KAGGLE_API_TOKEN: token,
    HTTP_PROXY: url,
    http_proxy: url,
    NO_PROXY: "",
    no_proxy: "",
  };
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    // A client that goes away in the middle is no error.
    handler(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
