import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { openGoogle } from "../../clients/google/open-google.ts";
import { type Bucket, openBucket } from "../../clients/google/storage.ts";
import { workspaceEnv } from "../../storage/workspace/workspace-env.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** The bucket that was named, or project.yml's. Nothing is asked of Google yet. */
export async function chosenBucket(
  context: Context,
  ws: Workspace,
  named: string | undefined,
): Promise<Bucket> {
  const name = named?.replace(/^gs:\/\//, "").replace(/\/+$/, "") ?? ws.project.vertex?.bucket;
  if (name === undefined) throw noBucket();
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)) throw notABucket(name);
  return openBucket(openGoogle(await workspaceEnv(context, ws.root)), name);
}

function noBucket(): UserError {
  return new UserError({
    code: "no-bucket",
    message: "no Cloud Storage bucket is specified",
    expected: "vertex: { bucket: my-bucket } in project.yml, or --bucket my-bucket",
    next: "add the line to project.yml",
    exitCode: 2,
  });
}

function notABucket(name: string): UserError {
  return new UserError({
    code: "no-bucket",
    message: `"${name}" is not a bucket's name`,
    expected: "lower-case letters, digits, - _ and ., without a path",
    exitCode: 2,
  });
}
