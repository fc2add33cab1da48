import { type Exchange, param } from "../exchange.ts";
import { GoogleProblem } from "../google-problem.ts";
import type { World } from "../world.ts";

/** Throws 403, as Google does for a project that is not the caller's and for a permission that the caller lacks. */
export function requirePermission(world: World, exchange: Exchange, permission: string): void {
  const project = param(exchange, "project");
  // A service account is named by its address alone; "-" stands for its project.
  const ours = ["-", world.project, world.projectNumber].includes(project);
  if (ours && !world.lacking.has(permission)) return;
  const resource = exchange.path.replace(/^\/v\d+\//, "").replace(/:[^/]*$/, "");
  const message = `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`;
  const metadata = { permission, resource };
  throw new GoogleProblem(403, message, {
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "IAM_PERMISSION_DENIED",
        domain: "iam.googleapis.com",
        metadata,
      },
    ],
  });
}
