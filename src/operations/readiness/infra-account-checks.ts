import {
  findServiceAccount,
  lackingOnAccount,
  type Policy,
  readBucketPolicy,
  readProjectPolicy,
  readSecretPolicy,
  rolesOf,
} from "../../clients/google/iam.ts";
import type { Google } from "../../clients/google/open-google.ts";
import { projectNumber } from "../../clients/google/projects.ts";
import { secretState } from "../../clients/google/secrets.ts";
import { noBucket } from "./infra-bucket-checks.ts";
import { type InfraTarget, you } from "./infra-target.ts";
import { good, type InfraItem, judge, orMissing, problem } from "./infra-result.ts";

const objectRoles = new Set([
  "roles/storage.objectAdmin",
  "roles/storage.objectUser",
  "roles/storage.admin",
  "roles/editor",
  "roles/owner",
]);
const secretRoles = new Set([
  "roles/secretmanager.secretAccessor",
  "roles/secretmanager.admin",
  "roles/owner",
]);

/** The account that the job runs as: whether it is there, may be used, and may do what a run does. */
export async function checkAccount(target: InfraTarget): Promise<InfraItem[]> {
  const email = target.vertex.service_account;
  if (email === undefined) {
    const finding = good("none set: the job runs as Vertex AI's own service agent");
    return [{ name: "service account", ...finding }];
  }
  return Promise.all([
    checkExists(target, email),
    checkActAs(target, email),
    checkStorage(target, email),
  ]);
}

function checkExists({ google, project }: InfraTarget, email: string): Promise<InfraItem> {
  const attempted = { doing: `check the service account ${email}`, project };
  return judge("service account", attempted, async () => {
    const [name, home] = email.split("@");
    const owner = home!.split(".")[0]!;
    const found = await findServiceAccount(google, email);
    if (found === undefined) {
      const how = `gcloud iam service-accounts create ${name} --project=${owner}`;
      return problem(`there is no service account ${email}`, how);
    }
    if (!found.disabled) return good(email);
    const how = `gcloud iam service-accounts enable ${email} --project=${owner}`;
    return problem(`${email} is disabled`, how);
  });
}

function checkActAs({ google, project }: InfraTarget, email: string): Promise<InfraItem> {
  const attempted = { doing: `check what you may do with ${email}`, project };
  return judge("act as it", attempted, async () => {
    const lacking = await lackingOnAccount(google, email, ["iam.serviceAccounts.actAs"]);
    if (lacking.length === 0) return good("you may start jobs as it");
    return problem(
      `you may not start jobs as ${email}`,
      `gcloud iam service-accounts add-iam-policy-binding ${email} --member=${you} --role=roles/iam.serviceAccountUser --project=${project}`,
    );
  });
}

function checkStorage({ google, vertex, project }: InfraTarget, email: string): Promise<InfraItem> {
  const { bucket } = vertex;
  const how = `gcloud storage buckets add-iam-policy-binding gs://${bucket} --member=serviceAccount:${email} --role=roles/storage.objectAdmin`;
  const look = async () => {
    const read = () => readBucketPolicy(google, bucket);
    const role = await roleFound({ google, project }, email, objectRoles, read);
    if (role !== undefined) return good(`${role} on gs://${bucket}`);
    return problem(`${email} has no role to read and write gs://${bucket}`, how);
  };
  const attempted = { doing: `check the roles of ${email} on gs://${bucket}`, project };
  return judge("its bucket access", attempted, () => orMissing(noBucket, look));
}

/** Each secret that the container reads: there, enabled, and open to the job's account. No value is read. */
export function checkSecrets(target: InfraTarget): Promise<InfraItem[]> {
  return Promise.all(
    Object.entries(target.vertex.secrets).map(([variable, secret]) =>
      checkSecret(target, variable, secret),
    ),
  );
}

function checkSecret(target: InfraTarget, variable: string, secret: string): Promise<InfraItem> {
  const { google, project, vertex } = target;
  const attempted = { doing: `check the secret ${secret}`, project };
  const where = `${secret} --project=${project}`;
  return judge(`secret ${variable}`, attempted, async () => {
    const state = await secretState(google, project, secret);
    if (state === undefined) {
      const how = `printf %s "$${variable}" | gcloud secrets create ${where} --data-file=-`;
      return problem(`there is no secret ${secret} with a value`, how);
    }
    if (state !== "ENABLED") {
      const how = `printf %s "$${variable}" | gcloud secrets versions add ${where} --data-file=-`;
      return problem(`the newest version of ${secret} is ${state.toLowerCase()}`, how);
    }
    const email = vertex.service_account ?? (await customCodeAgent(google, project));
    const read = () => readSecretPolicy(google, project, secret);
    if ((await roleFound(target, email, secretRoles, read)) !== undefined) {
      return good(`${secret}, open to ${email}`);
    }
    const how = `gcloud secrets add-iam-policy-binding ${where} --member=serviceAccount:${email} --role=roles/secretmanager.secretAccessor`;
    return problem(`${email} may not read the secret ${secret}`, how);
  });
}

/** The account that a job runs as where none is named. */
async function customCodeAgent(google: Google, project: string): Promise<string> {
  const number = await projectNumber(google, project);
  return `service-${number}@gcp-sa-aiplatform-cc.iam.gserviceaccount.com`;
}

/** One of the roles, on the thing itself or on its project; what comes through groups or custom roles is not seen. */
async function roleFound(
  { google, project }: Pick<InfraTarget, "google" | "project">,
  email: string,
  roles: ReadonlySet<string>,
  ownPolicy: () => Promise<Policy>,
): Promise<string | undefined> {
  const member = `serviceAccount:${email}`;
  const own = rolesOf(member, await ownPolicy()).find((role) => roles.has(role));
  if (own !== undefined) return own;
  const inherited = rolesOf(member, await readProjectPolicy(google, project));
  return inherited.find((role) => roles.has(role));
}
