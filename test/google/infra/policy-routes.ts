import { type Exchange, type Reply, allowQuery, param } from "../exchange.ts";
import { GoogleProblem } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import type { World } from "../world.ts";
import { requirePermission } from "./project-path.ts";

/** Who may do what: every account of the world owns the project; a bucket or a secret gives no role of its own. */
export function policyRoutes(world: World): Route[] {
  return [
    ...ofService("cloudresourcemanager.googleapis.com", [
      route("projects.policy", "POST /v1/projects/{project}:getIamPolicy", (exchange) => {
        requirePermission(world, exchange, "resourcemanager.projects.getIamPolicy");
        const members = world.accounts.map((account) => `serviceAccount:${account}`);
        return { json: { version: 1, etag: "BwY=", bindings: [{ role: "roles/owner", members }] } };
      }),
    ]),
    ...ofService("secretmanager.googleapis.com", [
      route(
        "secrets.policy",
        "GET /v1/projects/{project}/secrets/{secret}:getIamPolicy",
        (exchange) => emptyPolicy(world, exchange, "secretmanager.secrets.getIamPolicy"),
      ),
    ]),
    route("buckets.policy", "GET /storage/v1/b/{bucket}/iam", (exchange) => {
      if (world.buckets.has(param(exchange, "bucket"))) return { json: { etag: "CAE=" } };
      throw new GoogleProblem(404, "The specified bucket does not exist.");
    }),
  ];
}

function emptyPolicy(world: World, exchange: Exchange, permission: string): Reply {
  allowQuery(exchange);
  requirePermission(world, exchange, permission);
  return { json: { etag: "ACAB" } };
}
