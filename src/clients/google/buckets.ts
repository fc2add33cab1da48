import { z } from "zod";
import type { Google } from "./open-google.ts";

const bucketSchema = z.looseObject({
  name: z.string(),
  /** US-CENTRAL1, or EU for several regions. */
  location: z.string(),
  /** region, dual-region, multi-region */
  locationType: z.string().optional(),
});
export type BucketInfo = z.output<typeof bucketSchema>;

/** Where a bucket lies. Throws a GoogleError with httpStatus 404 where there is none, 403 where it is another's. */
export function readBucket(google: Google, name: string): Promise<BucketInfo> {
  const path = `/storage/v1/b/${encodeURIComponent(name)}`;
  const query = { fields: "name,location,locationType" };
  return google.request(bucketSchema, { api: "storage", path, query });
}
