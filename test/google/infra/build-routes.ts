import { setTimeout as pause } from "node:timers/promises";
import { type Exchange, type Reply, allowQuery, isObject, param, readJson } from "../exchange.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import type { World } from "../world.ts";
import { requirePermission } from "./project-path.ts";

interface Build {
  id: string;
  location: string;
  request: Record<string, unknown>;
  status: "QUEUED" | "WORKING" | "SUCCESS" | "FAILURE" | "CANCELLED";
  createTime: string;
  finishTime?: string;
  statusDetail?: string;
}

/** Cloud Build: a build walks through its states by itself; its images can be pulled when it is done. */
export function buildRoutes(world: World): Route[] {
  const builds: Build[] = [];
  const one = (base: string): Route[] => [
    route("builds.create", `POST ${base}/builds`, (exchange) => create(world, builds, exchange)),
    route("builds.get", `GET ${base}/builds/{build}`, (exchange) => {
      allowQuery(exchange);
      requirePermission(world, exchange, "cloudbuild.builds.get");
      return { json: shown(world, requireBuild(builds, param(exchange, "build"))) };
    }),
    route("builds.cancel", `POST ${base}/builds/{build}:cancel`, (exchange) =>
      cancel(world, builds, exchange),
    ),
  ];
  return ofService("cloudbuild.googleapis.com", [
    ...one("/v1/projects/{project}"),
    ...one("/v1/projects/{project}/locations/{location}"),
    route("operations.get", "GET /v1/operations/build/{project}/{operation}", (exchange) => {
      requirePermission(world, exchange, "cloudbuild.builds.get");
      const id = Buffer.from(param(exchange, "operation"), "base64url").toString("utf8");
      return { json: operation(world, requireBuild(builds, id)) };
    }),
  ]);
}

async function create(world: World, builds: Build[], exchange: Exchange): Promise<Reply> {
  allowQuery(exchange);
  requirePermission(world, exchange, "cloudbuild.builds.create");
  const request = await readJson(exchange);
  const { steps, source } = request;
  if (!Array.isArray(steps) || steps.length === 0)
    throw invalid("build must contain at least one step");
  const location = exchange.params.location ?? "global";
  const id = `00000000-0000-4000-8000-${String(builds.length + 1).padStart(12, "0")}`;
  const createTime = new Date().toISOString();
  const build: Build = { id, location, request, status: "QUEUED", createTime };
  builds.push(build);
  void walk(world, build, missingSource(world, source));
  return { json: operation(world, build) };
}

/** The address of a source archive that is not in its bucket. */
function missingSource(world: World, source: unknown): string | undefined {
  const from = isObject(source) ? source.storageSource : undefined;
  if (!isObject(from)) return undefined;
  const [bucket, object] = [String(from.bucket), String(from.object)];
  if (world.buckets.has(bucket) && world.buckets.find(bucket, object) !== undefined)
    return undefined;
  return `gs://${bucket}/${object}`;
}

async function walk(world: World, build: Build, missing: string | undefined): Promise<void> {
  await pause(world.timing.build);
  if (build.status === "QUEUED") build.status = "WORKING";
  await pause(world.timing.build);
  if (build.status !== "WORKING") return;
  build.finishTime = new Date().toISOString();
  build.status = missing === undefined ? "SUCCESS" : "FAILURE";
  if (missing !== undefined)
    build.statusDetail = `could not resolve source: ${missing} does not exist`;
  const { images } = build.request;
  if (build.status !== "SUCCESS" || !Array.isArray(images)) return;
  for (const image of images.map(String)) {
    world.images[image] ??= world.built;
  }
}

function cancel(world: World, builds: Build[], exchange: Exchange): Reply {
  requirePermission(world, exchange, "cloudbuild.builds.update");
  const build = requireBuild(builds, param(exchange, "build"));
  if (isOver(build)) {
    throw new GoogleProblem(400, "cannot cancel a completed build", {
      status: "FAILED_PRECONDITION",
    });
  }
  build.status = "CANCELLED";
  build.finishTime = new Date().toISOString();
  return { json: shown(world, build) };
}

function requireBuild(builds: Build[], id: string): Build {
  const build = builds.find((one) => one.id === id);
  if (build !== undefined) return build;
  throw new GoogleProblem(404, "Requested entity was not found.");
}

function isOver({ finishTime }: Build): boolean {
  return finishTime !== undefined;
}

function shown(world: World, build: Build): Record<string, unknown> {
  const { request, ...own } = build;
  const name = `projects/${world.projectNumber}/locations/${build.location}/builds/${build.id}`;
  const logUrl = `https://console.cloud.google.com/cloud-build/builds/${build.id}?project=${world.projectNumber}`;
  return { ...request, ...own, name, projectId: world.project, logUrl };
}

function operation(world: World, build: Build): object {
  const metadata = {
    "@type": "type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata",
    build: shown(world, build),
  };
  const id = Buffer.from(build.id).toString("base64url");
  const name = `operations/build/${world.project}/${id}`;
  if (!isOver(build)) return { name, metadata };
  if (build.status === "SUCCESS") return { name, metadata, done: true, response: metadata.build };
  return {
    name,
    metadata,
    done: true,
    error: { code: 2, message: build.statusDetail ?? build.status },
  };
}
