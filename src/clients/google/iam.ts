import { z } from "zod";
import { GoogleError } from "./google-error.ts";
import type { Google } from "./open-google.ts";

/** Who has which role on something. */
const policySchema = z.looseObject({
  bindings: z
    .array(z.looseObject({ role: z.string(), members: z.array(z.string()).default([]) }))
    .default([]),
});
export type Policy = z.output<typeof policySchema>;

/** The roles that a policy gives to `serviceAccount:NAME@...` by name; those through groups are not seen. */
export function rolesOf(member: string, policy: Policy): string[] {
  return policy.bindings.filter(({ members }) => members.includes(member)).map(({ role }) => role);
}

export function readProjectPolicy(google: Google, project: string): Promise<Policy> {
  return google.request(policySchema, {
    api: "cloudresourcemanager",
    method: "POST",
    path: `/v1/projects/${project}:getIamPolicy`,
    body: {},
    repeatable: true,
  });
}

export function readBucketPolicy(google: Google, bucket: string): Promise<Policy> {
  const path = `/storage/v1/b/${encodeURIComponent(bucket)}/iam`;
  return google.request(policySchema, { api: "storage", path });
}

export function readSecretPolicy(google: Google, project: string, secret: string): Promise<Policy> {
  const path = `/v1/projects/${project}/secrets/${secret}:getIamPolicy`;
  return google.request(policySchema, { api: "secretmanager", path });
}

const permissionsSchema = z.looseObject({ permissions: z.array(z.string()).default([]) });

/** Those of the permissions that the caller does not have on the project. */
export function lackingOnProject(
  google: Google,
  project: string,
  permissions: readonly string[],
): Promise<string[]> {
  return lacking(google, "cloudresourcemanager", `/v1/projects/${project}`, permissions);
}

/** Those of the permissions that the caller does not have on a service account, such as iam.serviceAccounts.actAs. */
export function lackingOnAccount(
  google: Google,
  email: string,
  permissions: readonly string[],
): Promise<string[]> {
  return lacking(google, "iam", `/v1/projects/-/serviceAccounts/${email}`, permissions);
}

async function lacking(
  google: Google,
  api: "cloudresourcemanager" | "iam",
  resource: string,
  permissions: readonly string[],
): Promise<string[]> {
  const had = await google.request(permissionsSchema, {
    api,
    method: "POST",
    path: `${resource}:testIamPermissions`,
    body: { permissions },
    repeatable: true,
  });
  return permissions.filter((one) => !had.permissions.includes(one));
}

/** Those of the permissions that the caller does not have on a bucket. */
export async function lackingOnBucket(
  google: Google,
  bucket: string,
  permissions: readonly string[],
): Promise<string[]> {
  const asked = permissions.map((one) => `permissions=${one}`).join("&");
  const path = `/storage/v1/b/${encodeURIComponent(bucket)}/iam/testPermissions?${asked}`;
  const had = await google.request(permissionsSchema, { api: "storage", path });
  return permissions.filter((one) => !had.permissions.includes(one));
}

const accountSchema = z.looseObject({ email: z.string(), disabled: z.boolean().default(false) });
export type ServiceAccount = z.output<typeof accountSchema>;

/** Undefined where there is none of that name. */
export async function findServiceAccount(
  google: Google,
  email: string,
): Promise<ServiceAccount | undefined> {
  const path = `/v1/projects/-/serviceAccounts/${email}`;
  try {
    return await google.request(accountSchema, { api: "iam", path });
  } catch (error) {
    if (error instanceof GoogleError && error.httpStatus === 404) return undefined;
    throw error;
  }
}
