import { type Exchange, param } from "../exchange.ts";
import { GoogleProblem } from "../google-problem.ts";
import type { BucketStore, StoredObject } from "./bucket-store.ts";

export function requireBucket(store: BucketStore, bucket: string): string {
  if (store.has(bucket)) return bucket;
  throw new GoogleProblem(404, "The specified bucket does not exist.");
}

/** The object that the path names, of the generation that the query names; throws 404. */
export function requireObject(
  store: BucketStore,
  exchange: Exchange,
  names: { bucket: string; object: string; generation: string } = {
    bucket: "bucket",
    object: "object",
    generation: "generation",
  },
): StoredObject {
  const bucket = requireBucket(store, param(exchange, names.bucket));
  const name = param(exchange, names.object);
  const generation = exchange.query.get(names.generation);
  const found = store.find(bucket, name);
  if (found === undefined || (generation !== null && generation !== found.generation)) {
    throw new GoogleProblem(404, `No such object: ${bucket}/${name}`);
  }
  return found;
}
