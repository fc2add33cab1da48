import { writeFileSync } from "node:fs";
import { type Exchange, type Reply, param, readBody, readJson } from "../exchange.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { type Route, route } from "../route.ts";
import { Cut } from "../server.ts";
import type { World } from "../world.ts";
import { requireBucket } from "./find-object.ts";
import { parseMultipart } from "./multipart.ts";
import { requirePreconditions } from "./preconditions.ts";
import { receive } from "./receive.ts";
import { type Sessions, createSessions } from "./resumable.ts";
import { type Upload, storeUpload } from "./store-upload.ts";

/** Uploads of the three kinds: media, multipart and resumable. */
export function uploadRoutes(world: World): Route[] {
  const sessions = createSessions(world);
  const path = "/upload/storage/v1/b/{bucket}/o";
  return [
    route("storage.upload", `POST ${path}`, (exchange) => beginUpload(world, sessions, exchange)),
    // The address of a session is its own permission.
    {
      ...route("storage.upload", `PUT ${path}`, (exchange) =>
        sessions.write(exchange, sessionOf(exchange)),
      ),
      token: false,
    },
    {
      ...route("storage.upload", `DELETE ${path}`, (exchange) =>
        sessions.cancel(sessionOf(exchange)),
      ),
      token: false,
    },
  ];
}

function sessionOf({ query }: Exchange): string {
  const id = query.get("upload_id");
  if (id === null) throw invalid("Required parameter: upload_id");
  return id;
}

function beginUpload(world: World, sessions: Sessions, exchange: Exchange): Promise<Reply> | Reply {
  const bucket = requireBucket(world.buckets, param(exchange, "bucket"));
  requireWriter(world);
  const kind = exchange.query.get("uploadType");
  if (kind === "media") return uploadMedia(world, exchange, bucket);
  if (kind === "multipart") return uploadMultipart(world, exchange, bucket);
  // A second POST to a session's address asks it for its state, as some clients do.
  if (kind === "resumable" && exchange.query.has("upload_id")) {
    return sessions.write(exchange, sessionOf(exchange));
  }
  if (kind === "resumable") return beginResumable(world, sessions, exchange, bucket);
  throw invalid(`Invalid upload type: ${kind ?? "(none)"}`);
}

async function uploadMedia(world: World, exchange: Exchange, bucket: string): Promise<Reply> {
  const upload = describe(exchange, bucket, {}, exchange.request.headers["content-type"]);
  const file = world.buckets.stage();
  const { whole } = await receive(exchange, file);
  if (!whole) throw new Cut();
  return storeUpload(world, upload, file, exchange.request.headers["x-goog-hash"]?.toString());
}

async function uploadMultipart(world: World, exchange: Exchange, bucket: string): Promise<Reply> {
  const staged = world.buckets.stage();
  if (exchange.fault?.kind === "cut-body") {
    await receive(exchange, staged);
    throw new Cut();
  }
  const body = await readBody(exchange);
  const parts = parseMultipart(exchange.request.headers["content-type"] ?? "", body);
  writeFileSync(staged, parts.media);
  const upload = describe(exchange, bucket, parts.resource, parts.contentType);
  return storeUpload(world, upload, staged, exchange.request.headers["x-goog-hash"]?.toString());
}

async function beginResumable(
  world: World,
  sessions: Sessions,
  exchange: Exchange,
  bucket: string,
): Promise<Reply> {
  const { headers } = exchange.request;
  const resource = await readJson(exchange);
  const type = headers["x-upload-content-type"]?.toString();
  const upload = describe(exchange, bucket, resource, type);
  requirePreconditions(exchange.query, world.buckets.find(bucket, upload.name));
  const total = headers["x-upload-content-length"];
  return sessions.begin(upload, total === undefined ? undefined : Number(total));
}

function describe(
  { query }: Exchange,
  bucket: string,
  resource: Record<string, unknown>,
  contentType: string | undefined,
): Upload {
  const name = query.get("name") ?? resource.name;
  if (typeof name !== "string" || name === "") throw invalid("Required");
  if (resource.bucket !== undefined && resource.bucket !== bucket) {
    throw invalid(
      `Value '${String(resource.bucket)}' in content does not agree with value '${bucket}'.`,
    );
  }
  return { bucket, name, resource, contentType, query };
}

function requireWriter(world: World): void {
  if (!world.lacking.has("storage.objects.create")) return;
  const message = `${world.account} does not have storage.objects.create access to the Google Cloud Storage object. Permission 'storage.objects.create' denied on resource (or it may not exist).`;
  throw new GoogleProblem(403, message);
}
