import { type Exchange, type Reply, allowQuery, param } from "../exchange.ts";
import { GoogleProblem } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import type { World } from "../world.ts";
import { requirePermission } from "./project-path.ts";

/** Service Usage: the limit of one metric of Vertex AI, region by region. A metric without a limit has a large one. */
export function consumerQuotaRoutes(world: World): Route[] {
  const metrics =
    "/v1beta1/projects/{project}/services/aiplatform.googleapis.com/consumerQuotaMetrics";
  return ofService("serviceusage.googleapis.com", [
    route("quotas.get", `GET ${metrics}/{metric*}`, (exchange) => getMetric(world, exchange)),
  ]);
}

function getMetric(world: World, exchange: Exchange): Reply {
  allowQuery(exchange, "view");
  requirePermission(world, exchange, "serviceusage.quotas.get");
  const metric = param(exchange, "metric");
  if (!/^aiplatform\.googleapis\.com\/custom_model_training_\w+$/.test(metric)) {
    throw new GoogleProblem(404, `Quota metric ${metric} not found.`);
  }
  const regions = ["us-central1", "us-east1", "us-west1", "europe-west4", "asia-east1"];
  const quotaBuckets = regions.map((region) => {
    const limit = world.quotas[`${region}/${metric}`] ?? world.quotas[metric] ?? 1000;
    // Google leaves a limit of 0 out.
    const effectiveLimit = limit === 0 ? undefined : String(limit);
    return { effectiveLimit, dimensions: { region } };
  });
  const consumerQuotaLimits = [{ metric, unit: "1/{project}/{region}", quotaBuckets }];
  return { json: { metric, displayName: metric, consumerQuotaLimits } };
}
