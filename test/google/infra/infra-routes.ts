import type { Route } from "../route.ts";
import type { World } from "../world.ts";
import { secretRoutes } from "./secret-routes.ts";

/** The services around a job. */
export function infraRoutes(world: World): Route[] {
  return [...secretRoutes(world)];
}
