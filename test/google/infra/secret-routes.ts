import { type Exchange, type Reply, allowQuery, param } from "../exchange.ts";
import { GoogleProblem } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import { crc32c } from "../storage/crc32c.ts";
import type { World } from "../world.ts";
import { requirePermission } from "./project-path.ts";

/** Secret Manager with one version of each secret. */
export function secretRoutes(world: World): Route[] {
  const secret = "/v1/projects/{project}/secrets/{secret}";
  return ofService("secretmanager.googleapis.com", [
    route("secrets.get", `GET ${secret}`, (exchange) => getSecret(world, exchange)),
    route("secrets.version", `GET ${secret}/versions/{version}`, (exchange) =>
      getVersion(world, exchange),
    ),
    route("secrets.access", `GET ${secret}/versions/{version}:access`, (exchange) =>
      accessVersion(world, exchange),
    ),
  ]);
}

function getSecret(world: World, exchange: Exchange): Reply {
  allowQuery(exchange);
  requirePermission(world, exchange, "secretmanager.secrets.get");
  const name = requireSecret(world, exchange, "");
  return {
    json: { name, createTime: "2026-01-01T00:00:00.000Z", replication: { automatic: {} } },
  };
}

function getVersion(world: World, exchange: Exchange): Reply {
  allowQuery(exchange);
  requirePermission(world, exchange, "secretmanager.versions.get");
  const name = requireVersion(world, exchange);
  return { json: { name, createTime: "2026-01-01T00:00:00.000Z", state: "ENABLED" } };
}

function accessVersion(world: World, exchange: Exchange): Reply {
  allowQuery(exchange);
  requirePermission(world, exchange, "secretmanager.versions.access");
  const name = requireVersion(world, exchange);
  const bytes = Buffer.from(world.secrets[param(exchange, "secret")] ?? "");
  const payload = { data: bytes.toString("base64"), dataCrc32c: String(crc32c(bytes)) };
  return { json: { name, payload } };
}

/** The full name of the secret's only version; throws 404. */
function requireVersion(world: World, exchange: Exchange): string {
  const version = param(exchange, "version");
  const name = requireSecret(world, exchange, `/versions/${version}`);
  if (version === "latest" || version === "1") return `${name}/versions/1`;
  throw new GoogleProblem(404, `Secret Version [${name}/versions/${version}] not found.`);
}

/** The full name of the secret of the path; throws 404. */
function requireSecret(world: World, exchange: Exchange, below: string): string {
  const secret = param(exchange, "secret");
  const name = `projects/${world.projectNumber}/secrets/${secret}`;
  if (secret in world.secrets) return name;
  const what =
    below === "" ? `Secret [${name}] not found.` : `Secret [${name}] not found or has no versions.`;
  throw new GoogleProblem(404, what);
}
