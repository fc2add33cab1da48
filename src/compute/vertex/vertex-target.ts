import { z } from "zod";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { specOfRun } from "../../storage/workspace/paths.ts";

/** `target` of a Vertex run's spec.json: all that is needed to run it and to find it again. */
const vertexTargetSchema = z.looseObject({
  project: z.string(),
  region: z.string(),
  bucket: z.string(),
  /** Folder of the competition's runs in the bucket. */
  runs: z.string(),
  image: z.string(),
  service_account: z.string().nullable().default(null),
  /** Names of secrets by environment variable. */
  secrets: z.record(z.string(), z.string()).default({}),
  machine_type: z.string(),
  accelerator_type: z.string().nullable().default(null),
  accelerator_count: z.int().nullable().default(null),
  tpu_topology: z.string().nullable().default(null),
  strategy: z.enum(["STANDARD", "SPOT", "FLEX_START"]),
  timeout_seconds: z.number(),
});
export type VertexTarget = z.output<typeof vertexTargetSchema>;

/** Where and on what a run runs. Throws a UserError where its record does not say. */
export function vertexTargetOf(spec: RunSpec): VertexTarget {
  const read = vertexTargetSchema.safeParse(spec.target);
  if (read.success) return read.data;
  throw new UserError({
    code: "run-target",
    message: `spec.json of run ${spec.id} does not say where on Vertex AI it runs`,
    next: `look at ${specOfRun(spec.id)}`,
  });
}

/** The run's folder in the bucket, without gs://BUCKET/. Vertex AI's baseOutputDirectory. */
export function bucketFolder(spec: RunSpec): string {
  return `${vertexTargetOf(spec).runs}/${spec.id}`;
}
