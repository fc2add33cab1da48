import { z } from "zod";
import { GoogleError } from "./google-error.ts";
import type { Google } from "./open-google.ts";

const metricSchema = z.looseObject({
  consumerQuotaLimits: z
    .array(
      z.looseObject({
        quotaBuckets: z
          .array(
            z.looseObject({
              /** A whole number as text; left out for 0, -1 without a limit. */
              effectiveLimit: z.string().default("0"),
              dimensions: z.record(z.string(), z.string()).default({}),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

/**
 * The limit of a metric of Vertex AI (`custom_model_training_nvidia_l4_gpus`) in a region; Infinity without one,
 * undefined where the project has no such metric.
 */
export async function readQuota(
  google: Google,
  { project, region, metric }: { project: string; region: string; metric: string },
): Promise<number | undefined> {
  const service = "aiplatform.googleapis.com";
  const name = encodeURIComponent(`${service}/${metric}`);
  const path = `/v1beta1/projects/${project}/services/${service}/consumerQuotaMetrics/${name}`;
  try {
    const { consumerQuotaLimits } = await google.request(metricSchema, {
      api: "serviceusage",
      path,
    });
    const buckets = consumerQuotaLimits.flatMap(({ quotaBuckets }) => quotaBuckets);
    // A bucket without a region is the default of those that have none of their own.
    const bucket =
      buckets.find(({ dimensions }) => dimensions.region === region) ??
      buckets.find(({ dimensions }) => dimensions.region === undefined);
    if (bucket === undefined) return undefined;
    const limit = Number(bucket.effectiveLimit);
    return limit < 0 ? Infinity : limit;
  } catch (error) {
    if (error instanceof GoogleError && error.httpStatus === 404) return undefined;
    throw error;
  }
}
