import { copyFileSync } from "node:fs";
import { type Exchange, type Reply, param, readJson } from "../exchange.ts";
import { type Route, route } from "../route.ts";
import type { World } from "../world.ts";
import type { StoredObject } from "./bucket-store.ts";
import { composeObject } from "./compose.ts";
import { download } from "./download.ts";
import { requireBucket, requireObject } from "./find-object.ts";
import { listObjects } from "./list-objects.ts";
import { objectResource, readMetadata } from "./object-resource.ts";
import { pickFields } from "./pick-fields.ts";
import { requirePreconditions } from "./preconditions.ts";

/** Objects at every address under which Google's clients ask for them. */
export function objectRoutes(world: World): Route[] {
  const at = (base: string): Route[] => {
    const object = `${base}/b/{bucket}/o/{object*}`;
    const to = (verb: string): string => `${object}/${verb}/b/{toBucket}/o/{toObject*}`;
    return [
      mediaRoute(world, base),
      route("storage.list", `GET ${base}/b/{bucket}/o`, (exchange) => listObjects(world, exchange)),
      route("storage.get", `GET ${object}`, (exchange) => getObject(world, exchange)),
      route("storage.patch", `PATCH ${object}`, (exchange) => patchObject(world, exchange)),
      route("storage.delete", `DELETE ${object}`, (exchange) => deleteObject(world, exchange)),
      route("storage.copy", `POST ${to("copyTo")}`, (exchange) =>
        copyObject(world, exchange, false),
      ),
      route("storage.copy", `POST ${to("rewriteTo")}`, (exchange) =>
        copyObject(world, exchange, true),
      ),
      route("storage.compose", `POST ${object}/compose`, (exchange) =>
        composeObject(world, exchange),
      ),
    ];
  };
  const media = "GET /download/storage/v1/b/{bucket}/o/{object*}";
  return [
    route("storage.download", media, (exchange) => download(world, exchange)),
    ...["/storage/v1", ""].flatMap(at),
  ];
}

/** The address of an object's resource gives its bytes where the query says `alt=media`. */
function mediaRoute(world: World, base: string): Route {
  const line = `GET ${base}/b/{bucket}/o/{object*}`;
  const one = route("storage.download", line, (exchange) => download(world, exchange));
  return { ...one, media: true };
}

async function getObject(world: World, exchange: Exchange): Promise<Reply> {
  const object = requireObject(world.buckets, exchange);
  requirePreconditions(exchange.query, object, { reading: true });
  return answer(world, exchange, object);
}

async function patchObject(world: World, exchange: Exchange): Promise<Reply> {
  const resource = await readJson(exchange);
  const object = requireObject(world.buckets, exchange);
  requirePreconditions(exchange.query, object);
  return answer(world, exchange, world.buckets.patch(object, readMetadata(resource, object.set)));
}

function deleteObject(world: World, exchange: Exchange): Reply {
  const object = requireObject(world.buckets, exchange);
  requirePreconditions(exchange.query, object);
  world.buckets.remove(object);
  return { status: 204 };
}

async function copyObject(world: World, exchange: Exchange, rewrite: boolean): Promise<Reply> {
  const { query } = exchange;
  const resource = await readJson(exchange);
  const generation = "sourceGeneration";
  const source = requireObject(world.buckets, exchange, {
    bucket: "bucket",
    object: "object",
    generation,
  });
  requirePreconditions(query, source, { prefix: "Source" });
  const bucket = requireBucket(world.buckets, param(exchange, "toBucket"));
  const staged = world.buckets.stage();
  copyFileSync(source.file ?? "/dev/null", staged);
  const object = world.buckets.put(bucket, param(exchange, "toObject"), staged, {
    check: (now) => requirePreconditions(query, now),
    set: readMetadata(resource, source.set),
  });
  if (!rewrite) return answer(world, exchange, object);
  const size = String(object.size);
  const json = {
    kind: "storage#rewriteResponse",
    totalBytesRewritten: size,
    objectSize: size,
    done: true,
    resource: await objectResource(world.buckets, object, world.url()),
  };
  return { json: pickFields(json, query.get("fields")) };
}

async function answer(world: World, exchange: Exchange, object: StoredObject): Promise<Reply> {
  const json = await objectResource(world.buckets, object, world.url());
  return { json: pickFields(json, exchange.query.get("fields")) };
}
