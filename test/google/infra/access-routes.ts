import { type Exchange, type Reply, allowQuery, param, readJson } from "../exchange.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import type { World } from "../world.ts";
import { requirePermission } from "./project-path.ts";

/** Service accounts (IAM) and the project itself (Cloud Resource Manager), with what the caller may do to them. */
export function accessRoutes(world: World): Route[] {
  const account = "/v1/projects/{project}/serviceAccounts/{account}";
  return [
    ...ofService("iam.googleapis.com", [
      route("accounts.get", `GET ${account}`, (exchange) => {
        allowQuery(exchange);
        requirePermission(world, exchange, "iam.serviceAccounts.get");
        return { json: shownAccount(world, requireAccount(world, exchange)) };
      }),
      route("accounts.permissions", `POST ${account}:testIamPermissions`, (exchange) => {
        requireAccount(world, exchange);
        return testPermissions(world, exchange);
      }),
    ]),
    ...ofService(
      "cloudresourcemanager.googleapis.com",
      ["v1", "v3"].flatMap((version) => projectRoutes(world, version)),
    ),
  ];
}

function projectRoutes(world: World, version: string): Route[] {
  const project = `/${version}/projects/{project}`;
  const permission = "resourcemanager.projects.get";
  return [
    route("projects.get", `GET ${project}`, (exchange) => {
      allowQuery(exchange);
      requirePermission(world, exchange, permission);
      return { json: shownProject(world, version) };
    }),
    route("projects.permissions", `POST ${project}:testIamPermissions`, (exchange) => {
      requirePermission(world, exchange, permission);
      return testPermissions(world, exchange);
    }),
  ];
}

function shownProject({ project, projectNumber }: World, version: string): object {
  const common = { projectId: project, createTime: "2026-01-01T00:00:00.000Z" };
  if (version === "v1")
    return { ...common, projectNumber, name: project, lifecycleState: "ACTIVE" };
  return { ...common, name: `projects/${projectNumber}`, displayName: project, state: "ACTIVE" };
}

async function testPermissions(world: World, exchange: Exchange): Promise<Reply> {
  const { permissions, ...rest } = await readJson(exchange);
  if (!Array.isArray(permissions) || permissions.length === 0 || Object.keys(rest).length > 0) {
    throw invalid("Request contains an invalid argument.");
  }
  const odd = permissions.find((one) => typeof one !== "string" || !/^\w+(\.\w+){2}$/.test(one));
  if (odd !== undefined) throw invalid(`Permission ${String(odd)} is not valid for this resource.`);
  const granted = permissions.filter((one) => !world.lacking.has(String(one)));
  return { json: granted.length > 0 ? { permissions: granted } : {} };
}

function requireAccount(world: World, exchange: Exchange): string {
  const email = param(exchange, "account");
  const project = param(exchange, "project");
  const ours = ["-", world.project, world.projectNumber].includes(project);
  if (ours && world.accounts.includes(email)) return email;
  throw new GoogleProblem(404, `Unknown service account`);
}

function shownAccount({ project }: World, email: string): object {
  const id = String(Buffer.from(email).reduce((sum, byte) => (sum * 31 + byte) % 1e9, 7));
  return {
    name: `projects/${project}/serviceAccounts/${email}`,
    projectId: project,
    uniqueId: `1${id.padStart(20, "0")}`,
    email,
    oauth2ClientId: `1${id.padStart(20, "0")}`,
  };
}
