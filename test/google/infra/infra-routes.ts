import type { Route } from "../route.ts";
import type { World } from "../world.ts";
import { accessRoutes } from "./access-routes.ts";
import { buildRoutes } from "./build-routes.ts";
import { consumerQuotaRoutes } from "./consumer-quota-routes.ts";
import { policyRoutes } from "./policy-routes.ts";
import { quotaRoutes } from "./quota-routes.ts";
import { registryRoutes } from "./registry-routes.ts";
import { secretRoutes } from "./secret-routes.ts";
import { serviceRoutes } from "./services.ts";

/** The services around a job. */
export function infraRoutes(world: World): Route[] {
  return [
    ...secretRoutes(world),
    ...serviceRoutes(world),
    ...registryRoutes(world),
    ...buildRoutes(world),
    ...quotaRoutes(world),
    ...accessRoutes(world),
    ...policyRoutes(world),
    ...consumerQuotaRoutes(world),
  ];
}
