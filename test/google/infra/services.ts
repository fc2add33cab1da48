import { type Exchange, type Reply, allowQuery, param, readJson } from "../exchange.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import type { World } from "../world.ts";
import { requirePermission } from "./project-path.ts";

/** APIs that a project for training needs, with the names that Google shows. */
export const googleServices: Record<string, string> = {
  "aiplatform.googleapis.com": "Vertex AI API",
  "artifactregistry.googleapis.com": "Artifact Registry API",
  "cloudbuild.googleapis.com": "Cloud Build API",
  "cloudquotas.googleapis.com": "Cloud Quotas API",
  "cloudresourcemanager.googleapis.com": "Cloud Resource Manager API",
  "iam.googleapis.com": "Identity and Access Management (IAM) API",
  "logging.googleapis.com": "Cloud Logging API",
  "secretmanager.googleapis.com": "Secret Manager API",
  "serviceusage.googleapis.com": "Service Usage API",
  "storage.googleapis.com": "Cloud Storage API",
};

/** Service Usage: which APIs are enabled, and enabling them. */
export function serviceRoutes(world: World): Route[] {
  const services = "/v1/projects/{project}/services";
  return ofService("serviceusage.googleapis.com", [
    route("services.list", `GET ${services}`, (exchange) => listServices(world, exchange)),
    route("services.get", `GET ${services}/{service}`, (exchange) => {
      allowQuery(exchange);
      requirePermission(world, exchange, "serviceusage.services.get");
      return { json: shown(world, param(exchange, "service")) };
    }),
    route("services.get", `GET ${services}:batchGet`, (exchange) => batchGet(world, exchange)),
    route("services.enable", `POST ${services}/{service}:enable`, (exchange) =>
      enable(world, exchange, [param(exchange, "service")]),
    ),
    route("services.enable", `POST ${services}:batchEnable`, async (exchange) => {
      const { serviceIds } = await readJson(exchange);
      if (!Array.isArray(serviceIds)) throw invalid("service_ids is required");
      return enable(world, exchange, serviceIds.map(String));
    }),
  ]);
}

function listServices(world: World, exchange: Exchange): Reply {
  allowQuery(exchange, "filter", "pageSize", "pageToken");
  requirePermission(world, exchange, "serviceusage.services.list");
  const filter = exchange.query.get("filter") ?? "";
  if (!["", "state:ENABLED", "state:DISABLED"].includes(filter)) {
    throw invalid(`Invalid filter: ${filter}`);
  }
  const all = Object.keys(googleServices).map((name) => shown(world, name));
  const found = all.filter(({ state }) => filter === "" || filter === `state:${state}`);
  const size = Number(exchange.query.get("pageSize") ?? 50);
  const from = Number(exchange.query.get("pageToken") ?? 0);
  const next = from + size < found.length ? { nextPageToken: String(from + size) } : {};
  return { json: { services: found.slice(from, from + size), ...next } };
}

function batchGet(world: World, exchange: Exchange): Reply {
  allowQuery(exchange, "names");
  requirePermission(world, exchange, "serviceusage.services.get");
  const names = exchange.query.getAll("names").map((name) => name.split("/").at(-1) ?? "");
  return { json: { services: names.map((name) => shown(world, name)) } };
}

function enable(world: World, exchange: Exchange, names: string[]): Reply {
  requirePermission(world, exchange, "serviceusage.services.enable");
  for (const name of names) requireService(name);
  for (const name of names) world.services.add(name);
  return { json: { name: "operations/acat.p2-enable", done: true, response: {} } };
}

function shown(world: World, name: string): { state: string } & Record<string, unknown> {
  const parent = `projects/${world.projectNumber}`;
  return {
    name: `${parent}/services/${name}`,
    config: { name, title: requireService(name) },
    state: world.services.has(name) ? "ENABLED" : "DISABLED",
    parent,
  };
}

function requireService(name: string): string {
  const title = googleServices[name];
  if (title !== undefined) return title;
  throw new GoogleProblem(404, `Not found or permission denied for service(s): ${name}.`);
}
