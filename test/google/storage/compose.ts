import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { type Exchange, type Reply, isObject, param, readJson } from "../exchange.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import type { World } from "../world.ts";
import type { StoredObject } from "./bucket-store.ts";
import { requireBucket } from "./find-object.ts";
import { objectResource, readMetadata } from "./object-resource.ts";
import { requirePreconditions, unmet } from "./preconditions.ts";

/** Joins up to 32 objects of one bucket into one, which then has no md5. */
export async function composeObject(world: World, exchange: Exchange): Promise<Reply> {
  const body = await readJson(exchange);
  const bucket = requireBucket(world.buckets, param(exchange, "bucket"));
  const sources = body.sourceObjects;
  if (!Array.isArray(sources) || sources.length === 0) {
    throw invalid("You must provide at least one source component.");
  }
  if (sources.length > 32) {
    throw invalid("The number of source components provided (over 32) exceeds the maximum.");
  }
  const found = sources.map((source) => findSource(world, bucket, source));
  const staged = world.buckets.stage();
  writeFileSync(staged, "");
  for (const { file } of found)
    appendFileSync(staged, file === undefined ? "" : readFileSync(file));
  const object = world.buckets.put(bucket, param(exchange, "object"), staged, {
    check: (now) => requirePreconditions(exchange.query, now),
    set: readMetadata(isObject(body.destination) ? body.destination : {}),
    parts: found.reduce((count, { parts }) => count + (parts ?? 1), 0),
  });
  return { json: await objectResource(world.buckets, object, world.url()) };
}

function findSource(world: World, bucket: string, source: unknown): StoredObject {
  if (!isObject(source) || typeof source.name !== "string")
    throw invalid("Required: sourceObjects.name");
  const object = world.buckets.find(bucket, source.name);
  const { generation } = source;
  if (
    object === undefined ||
    (generation !== undefined && String(generation) !== object.generation)
  ) {
    throw new GoogleProblem(
      404,
      `Object ${source.name} (generation: ${String(generation)}) not found.`,
    );
  }
  const demanded = isObject(source.objectPreconditions) ? source.objectPreconditions : {};
  const wanted = demanded.ifGenerationMatch;
  if (wanted !== undefined && String(wanted) !== object.generation) throw unmet();
  return object;
}
