import { z } from "zod";
import type { Google } from "./open-google.ts";

const batchSchema = z.looseObject({
  services: z
    .array(
      z.looseObject({
        /** projects/NUMBER/services/aiplatform.googleapis.com */
        name: z.string(),
        state: z.string().default("STATE_UNSPECIFIED"),
      }),
    )
    .default([]),
});

/** Those of the APIs (`aiplatform.googleapis.com`; at most 30) that the project has not enabled. */
export async function disabledServices(
  google: Google,
  project: string,
  names: readonly string[],
): Promise<string[]> {
  const asked = names.map((name) => `names=projects/${project}/services/${name}`).join("&");
  const path = `/v1/projects/${project}/services:batchGet?${asked}`;
  const { services } = await google.request(batchSchema, { api: "serviceusage", path });
  const enabled = new Set(
    services.filter(({ state }) => state === "ENABLED").map(({ name }) => name.split("/").at(-1)),
  );
  return names.filter((name) => !enabled.has(name));
}
