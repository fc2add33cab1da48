import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { GoogleError } from "./google-error.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  /** Authorization, and the quota project where the credentials name one. */
  headers(): Promise<Headers>;
  projectId(): Promise<string>;
}

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/** The library reads these of the process alone, where `env` may also hold a workspace's `.env`. */
const readByLibrary = ["GCE_METADATA_HOST", "GCE_METADATA_IP", "METADATA_SERVER_DETECTION"];

/**
 * Application default credentials, in Google's order: GOOGLE_APPLICATION_CREDENTIALS, gcloud's file, the metadata
 * server. Throws a UserError where there are none, or where they no longer hold.
 */
export async function loadCredentials(env: Env): Promise<Credentials> {
  const { Compute, gcpMetadata, GoogleAuth } = await import("google-auth-library");
  dropLookupWarnings();
  const keyFilename = credentialsFile(env);
  for (const name of readByLibrary) {
    if (env[name] !== undefined) process.env[name] = env[name];
  }
  if (keyFilename === undefined && !(await gcpMetadata.isAvailable())) throw noCredentials();
  // Left to find the metadata server itself, the library would first run gcloud to learn the project.
  const auth = new GoogleAuth(
    keyFilename === undefined ? { authClient: new Compute({ scopes }) } : { scopes, keyFilename },
  );
  return {
    async headers() {
      const headers = new Headers(
        await auth.getRequestHeaders().catch((error: unknown) => {
          throw refused(error, keyFilename);
        }),
      );
      const quotaProject = env.GOOGLE_CLOUD_QUOTA_PROJECT;
      if (quotaProject) headers.set("x-goog-user-project", quotaProject);
      return headers;
    },
    async projectId() {
      const named = env.GOOGLE_CLOUD_PROJECT || env.GCLOUD_PROJECT || env.CLOUDSDK_CORE_PROJECT;
      return (
        named || auth.getProjectId().catch((error: unknown) => Promise.reject(noProject(error)))
      );
    },
  };
}

let droppedBefore = false;

/**
 * Looking for the metadata server the library warns of every way not to find one that it does not know, and Node prints
 * that. Off Google's machines there is none, and what follows is said where it matters.
 */
function dropLookupWarnings(): void {
  if (droppedBefore) return;
  droppedBefore = true;
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (...args: unknown[]): void => {
    if (args[1] !== "MetadataLookupWarning") emit(...args);
  };
}

function credentialsFile(env: Env): string | undefined {
  const given = env.GOOGLE_APPLICATION_CREDENTIALS;
  if (given) {
    if (existsSync(given)) return given;
    throw new UserError({
      code: "google-credentials",
      message: `GOOGLE_APPLICATION_CREDENTIALS names a file that is not there: ${given}`,
      next: `correct the path, or take the variable away and run: ${login}`,
    });
  }
  const file = path.join(cloudSdkFolder(env), "application_default_credentials.json");
  return existsSync(file) ? file : undefined;
}

function cloudSdkFolder(env: Env): string {
  if (env.CLOUDSDK_CONFIG) return env.CLOUDSDK_CONFIG;
  const windows = process.platform === "win32" && env.APPDATA;
  return windows
    ? path.join(windows, "gcloud")
    : path.join(env.HOME ?? homedir(), ".config", "gcloud");
}

const login = "gcloud auth application-default login";

function noCredentials(): UserError {
  const message = "no Google credentials were found on this machine";
  return new UserError({ code: "google-credentials", message, next: login });
}

function refused(cause: unknown, file = "the metadata server"): Error {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (isUnreachable(cause)) {
    const message = `no access token: ${said}`;
    const failure = { httpStatus: 0, status: "UNAVAILABLE", message, outcome: "not-sent" } as const;
    return new GoogleError(failure, { cause });
  }
  const message = `the Google credentials of ${file} were refused: ${said}`;
  return new UserError({ code: "google-credentials", message, next: login }, { cause });
}

/** The token's server was not reached, which says nothing of the credentials. */
function isUnreachable(cause: unknown): boolean {
  const { code } = cause as { code?: unknown };
  return (
    typeof code === "string" && /^(ECONN|EAI_|ENET|EHOST|ENOTFOUND|ETIMEDOUT|EPIPE|UND_)/.test(code)
  );
}

function noProject(cause: unknown): UserError {
  return new UserError(
    {
      code: "google-project",
      message: "no Google Cloud project is set",
      expected: "vertex: { project: my-project } in project.yml, or GOOGLE_CLOUD_PROJECT",
      next: "gcloud config set project PROJECT",
    },
    { cause },
  );
}
