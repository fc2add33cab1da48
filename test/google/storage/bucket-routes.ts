import { type Exchange, type Reply, param, readJson } from "../exchange.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { type Route, route } from "../route.ts";
import type { World } from "../world.ts";
import { requireBucket } from "./find-object.ts";
import { pickFields } from "./pick-fields.ts";

export function bucketRoutes(world: World): Route[] {
  return ["/storage/v1", ""].flatMap((base) => [
    route("buckets.list", `GET ${base}/b`, (exchange) => listBuckets(world, exchange)),
    route("buckets.insert", `POST ${base}/b`, (exchange) => insertBucket(world, exchange)),
    route("buckets.get", `GET ${base}/b/{bucket}`, (exchange) => {
      const bucket = requireBucket(world.buckets, param(exchange, "bucket"));
      return { json: pickFields(resource(world, bucket), exchange.query.get("fields")) };
    }),
    route("buckets.permissions", `GET ${base}/b/{bucket}/iam/testPermissions`, (exchange) => {
      requireBucket(world.buckets, param(exchange, "bucket"));
      const permissions = exchange.query.getAll("permissions");
      const granted = permissions.filter((one) => !world.lacking.has(one));
      const kind = "storage#testIamPermissionsResponse";
      return { json: { kind, ...(granted.length > 0 ? { permissions: granted } : {}) } };
    }),
  ]);
}

function listBuckets(world: World, exchange: Exchange): Reply {
  requireProject(world, exchange);
  const prefix = exchange.query.get("prefix") ?? "";
  const names = world.buckets.buckets().filter((name) => name.startsWith(prefix));
  const items = names.map((name) => resource(world, name));
  return { json: { kind: "storage#buckets", ...(items.length > 0 ? { items } : {}) } };
}

async function insertBucket(world: World, exchange: Exchange): Promise<Reply> {
  const body = await readJson(exchange);
  requireProject(world, exchange);
  const { name, location = "US" } = body;
  if (typeof name !== "string" || !/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name)) {
    throw invalid(`Invalid bucket name: '${String(name)}'`);
  }
  if (world.buckets.has(name)) {
    const message =
      "Your previous request to create the named bucket succeeded and you already own it.";
    throw new GoogleProblem(409, message);
  }
  if (world.lacking.has("storage.buckets.create")) {
    const message = `${world.account} does not have storage.buckets.create access to the Google Cloud project. Permission 'storage.buckets.create' denied on resource (or it may not exist).`;
    throw new GoogleProblem(403, message);
  }
  world.buckets.make(name);
  world.locations.set(name, String(location).toUpperCase());
  return { json: resource(world, name) };
}

function requireProject(world: World, { query }: Exchange): void {
  const project = query.get("project");
  if (project === null) throw invalid("Required parameter: project");
  if (project === world.project || project === world.projectNumber) return;
  throw new GoogleProblem(400, `Unknown project id: ${project}`);
}

function resource(world: World, name: string): object {
  const location = world.locations.get(name) ?? "US-CENTRAL1";
  return {
    kind: "storage#bucket",
    selfLink: `${world.url()}/storage/v1/b/${name}`,
    id: name,
    name,
    projectNumber: world.projectNumber,
    metageneration: "1",
    generation: "1",
    location,
    locationType: /^(US|EU|ASIA)$/.test(location) ? "multi-region" : "region",
    storageClass: "STANDARD",
    etag: "CAE=",
    timeCreated: "2026-01-01T00:00:00.000Z",
    updated: "2026-01-01T00:00:00.000Z",
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
  };
}
