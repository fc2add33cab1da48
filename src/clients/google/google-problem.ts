import { UserError } from "../../core/errors/user-error.ts";
import { GoogleError } from "./google-error.ts";

/** What was being done when Google refused, for the words of the error. */
export interface Attempted {
  /** Continues "could not": "read the bucket acme-ml". */
  doing: string;
  project?: string | undefined;
  /** The bucket it was about; a role on it alone is less than one on the project. */
  bucket?: string | undefined;
  /** What a 404 is about, and the command that makes it. */
  missing?: { what: string; next: string } | undefined;
}

/** A refusal of Google's as a UserError with the command that fixes it; any other error as it is. */
export function googleProblem(error: unknown, attempted: Attempted): unknown {
  if (!(error instanceof GoogleError)) return error;
  const { code, summary, next } = explain(error, attempted);
  const message = `could not ${attempted.doing}: ${summary ?? error.message}`;
  return new UserError({ code, message, next }, { cause: error });
}

/** Runs `work`; what Google refuses comes out as a UserError. */
export async function withGoogleProblems<T>(
  attempted: Attempted,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw googleProblem(error, attempted);
  }
}

interface Explained {
  code: string;
  summary?: string;
  next: string;
}

function explain(error: GoogleError, attempted: Attempted): Explained {
  if (error.httpStatus === 0) return unreachable(error);
  if (isApiOff(error)) return apiOff(error, attempted.project);
  if (error.reason === "USER_PROJECT_DENIED") {
    return { code: "google-permission", next: setQuotaProject(attempted.project) };
  }
  switch (error.status) {
    case "UNAUTHENTICATED":
      return { code: "google-credentials", next: "gcloud auth application-default login" };
    case "PERMISSION_DENIED":
      return { code: "google-permission", next: grant(error, attempted) };
    case "RESOURCE_EXHAUSTED":
      return { code: "google-quota", next: `ask for more at ${quotaPage(attempted.project)}` };
    case "NOT_FOUND":
      return notFound(attempted);
    default:
      return { code: "google-refused", next: "see what Google says above, then run it again" };
  }
}

function unreachable(error: GoogleError): Explained {
  return {
    code: "google-unreachable",
    summary: `Google did not answer (${error.message})`,
    next: "check the network, then run the same command again",
  };
}

function isApiOff({ reason, message }: GoogleError): boolean {
  return (
    reason === "SERVICE_DISABLED" ||
    reason === "accessNotConfigured" ||
    /has not been used in project .* or it is disabled/.test(message)
  );
}

function apiOff(error: GoogleError, project: string | undefined): Explained {
  const service =
    error.metadata.service ?? /[a-z]+\.googleapis\.com/.exec(error.message)?.[0] ?? "API";
  return {
    code: "google-api-off",
    summary: `${service} is not enabled in the project`,
    next: `gcloud services enable ${service}${flag("--project", project)}`,
  };
}

/** The narrowest predefined role that holds a permission of each kind we use. */
const roles: readonly [permissionStart: string, role: string][] = [
  ["iam.serviceAccounts.actAs", "roles/iam.serviceAccountUser"],
  ["storage.buckets.", "roles/storage.admin"],
  ["storage.", "roles/storage.objectAdmin"],
  ["aiplatform.", "roles/aiplatform.user"],
  ["logging.", "roles/logging.viewer"],
  ["secretmanager.", "roles/secretmanager.secretAccessor"],
  ["artifactregistry.", "roles/artifactregistry.reader"],
  ["serviceusage.", "roles/serviceusage.serviceUsageConsumer"],
];

function grant({ metadata, message }: GoogleError, { project, bucket }: Attempted): string {
  const permission =
    metadata.permission ?? /\b[a-z]+\.\w+\.\w+\b/i.exec(withoutMails(message))?.[0];
  const role = roles.find(([start]) => permission?.startsWith(start))?.[1];
  if (role === undefined) return "ask the project's owner for the permission";
  const where =
    bucket !== undefined && role.startsWith("roles/storage.")
      ? `storage buckets add-iam-policy-binding gs://${bucket}`
      : `projects add-iam-policy-binding ${project ?? "PROJECT"}`;
  return `gcloud ${where} --member=${memberIn(message)} --role=${role}`;
}

const mail = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

/** Who Google says lacks the permission. */
function memberIn(message: string): string {
  const [account] = message.match(mail) ?? [];
  if (account === undefined) return "user:YOU";
  return `${account.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user"}:${account}`;
}

function withoutMails(message: string): string {
  return message.replaceAll(mail, "");
}

function notFound({ missing }: Attempted): Explained {
  const next = missing?.next ?? "check the name, the project and the region";
  return missing === undefined
    ? { code: "google-not-found", next }
    : { code: "google-not-found", summary: `there is no ${missing.what}`, next };
}

function setQuotaProject(project: string | undefined): string {
  return `gcloud auth application-default set-quota-project ${project ?? "PROJECT"}`;
}

function quotaPage(project: string | undefined): string {
  const query = project === undefined ? "" : `?project=${project}`;
  return `https://console.cloud.google.com/iam-admin/quotas${query}`;
}

function flag(name: string, value: string | undefined): string {
  return value === undefined ? "" : ` ${name} ${value}`;
}
