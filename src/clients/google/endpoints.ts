export type GoogleApi =
  | "aiplatform"
  | "artifactregistry"
  | "cloudbuild"
  | "cloudquotas"
  | "cloudresourcemanager"
  | "iam"
  | "logging"
  | "secretmanager"
  | "serviceusage"
  | "storage";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where an API answers, without a slash at the end. What Google's own tools take as an override is one here too:
 * STORAGE_EMULATOR_HOST, and gcloud's CLOUDSDK_API_ENDPOINT_OVERRIDES_<API>.
 */
export function endpointOf(api: GoogleApi, region: string | undefined, env: Env): string {
  const override =
    env[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`] ||
    (api === "storage" ? env.STORAGE_EMULATOR_HOST : undefined);
  if (override) return withScheme(override).replace(/(\/storage\/v1)?\/*$/, "");
  const regional = region !== undefined && region !== "global";
  return `https://${regional ? `${region}-` : ""}${api}.googleapis.com`;
}

function withScheme(host: string): string {
  return /^https?:\/\//.test(host) ? host : `http://${host}`;
}
