import { type Exchange, type Reply, allowQuery, param } from "../exchange.ts";
import { GoogleProblem } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import type { World } from "../world.ts";
import { requirePermission } from "./project-path.ts";

const accelerators = [
  "nvidia_l4",
  "nvidia_t4",
  "nvidia_p4",
  "nvidia_v100",
  "nvidia_a100",
  "nvidia_a100_80gb",
  "nvidia_h100",
  "nvidia_h200",
];
const regions = ["us-central1", "us-east1", "us-west1", "europe-west4", "asia-east1"];

/** Cloud Quotas: what the project may use of each accelerator, in each region. */
export function quotaRoutes(world: World): Route[] {
  const infos =
    "/v1/projects/{project}/locations/global/services/aiplatform.googleapis.com/quotaInfos";
  return ofService("cloudquotas.googleapis.com", [
    route("quotas.list", `GET ${infos}`, (exchange) => listQuotas(world, exchange)),
    route("quotas.get", `GET ${infos}/{quota}`, (exchange) => {
      allowQuery(exchange);
      requirePermission(world, exchange, "cloudquotas.quotas.get");
      const wanted = param(exchange, "quota");
      const metric = metrics(world).find((one) => quotaId(one) === wanted);
      if (metric !== undefined) return { json: shown(world, metric) };
      throw new GoogleProblem(404, `Quota info ${wanted} not found.`);
    }),
  ]);
}

function listQuotas(world: World, exchange: Exchange): Reply {
  allowQuery(exchange, "pageSize", "pageToken");
  requirePermission(world, exchange, "cloudquotas.quotas.get");
  const all = metrics(world);
  const size = Number(exchange.query.get("pageSize") ?? 10) || 10;
  const from = Number(exchange.query.get("pageToken") ?? 0);
  const next = from + size < all.length ? { nextPageToken: String(from + size) } : {};
  return {
    json: { quotaInfos: all.slice(from, from + size).map((one) => shown(world, one)), ...next },
  };
}

/** The usual metrics, and whatever the world limits besides. */
function metrics(world: World): string[] {
  const base = "aiplatform.googleapis.com/custom_model_training";
  const usual = accelerators.flatMap((name) => [
    `${base}_${name}_gpus`,
    `${base}_preemptible_${name}_gpus`,
  ]);
  const own = Object.keys(world.quotas).map((key) =>
    key.replace(/^[a-z0-9-]+\/(?=aiplatform)/, ""),
  );
  return [...new Set([`${base}_cpus`, ...usual, ...own])];
}

function shown(world: World, metric: string): object {
  const id = quotaId(metric);
  return {
    name: `projects/${world.projectNumber}/locations/global/services/aiplatform.googleapis.com/quotaInfos/${id}`,
    quotaId: id,
    metric,
    service: "aiplatform.googleapis.com",
    isPrecise: true,
    containerType: "PROJECT",
    dimensions: ["region"],
    metricUnit: "1",
    dimensionsInfos: regions.map((region) => ({
      dimensions: { region },
      details: { value: String(limitOf(world, region, metric)) },
      applicableLocations: [region],
    })),
  };
}

/** A metric without a limit has a large one. */
function limitOf(world: World, region: string, metric: string): number {
  return world.quotas[`${region}/${metric}`] ?? world.quotas[metric] ?? 1000;
}

/** `CustomModelTrainingNvidiaL4GPUsPerProjectPerRegion`, as Google names its limits. */
function quotaId(metric: string): string {
  const words = (metric.split("/")[1] ?? "").split("_");
  return `${words.map(capital).join("")}PerProjectPerRegion`;
}

function capital(word: string): string {
  return { gpus: "GPUs", cpus: "CPUs" }[word] ?? word.charAt(0).toUpperCase() + word.slice(1);
}
