import { z } from "zod";
import { GoogleError } from "./google-error.ts";
import type { Google } from "./open-google.ts";

const versionSchema = z.looseObject({ name: z.string(), state: z.string().default("ENABLED") });

/** State of the newest version (ENABLED, DISABLED, DESTROYED), without its value; undefined where there is no secret or no version. */
export async function secretState(
  google: Google,
  project: string,
  secret: string,
): Promise<string | undefined> {
  const path = `/v1/projects/${project}/secrets/${secret}/versions/latest`;
  try {
    return (await google.request(versionSchema, { api: "secretmanager", path })).state;
  } catch (error) {
    if (error instanceof GoogleError && error.httpStatus === 404) return undefined;
    throw error;
  }
}
