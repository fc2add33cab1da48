import { z } from "zod";
import { GoogleError } from "./google-error.ts";
import type { Google } from "./open-google.ts";

/** A container image in Artifact Registry. */
export interface ImageAddress {
  location: string;
  project: string;
  repository: string;
  /** Below the repository; may hold slashes. */
  image: string;
  /** A tag, or `sha256:...`. */
  version: string;
}

/** `us-central1-docker.pkg.dev/my-project/crossfold/training:latest` in its parts; undefined for an image in another registry. */
export function parseImage(address: string): ImageAddress | undefined {
  const match =
    /^([a-z]+(?:-[a-z]+\d+)?)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      address,
    );
  if (match === null) return undefined;
  const [, location, project, repository, image, tag, digest] = match;
  return {
    location: location!,
    project: project!,
    repository: repository!,
    image: image!,
    version: digest ?? tag ?? "latest",
  };
}

/** What of an image is there: nothing, its repository, or the image itself. */
export async function findImage(
  google: Google,
  address: ImageAddress,
): Promise<"no repository" | "no image" | "found"> {
  const { project, location, repository, image, version } = address;
  const parent = `/v1/projects/${project}/locations/${location}/repositories/${repository}`;
  if (!(await exists(google, parent))) return "no repository";
  const kind = version.startsWith("sha256:") ? "versions" : "tags";
  const found = await exists(
    google,
    `${parent}/packages/${encodeURIComponent(image)}/${kind}/${version}`,
  );
  return found ? "found" : "no image";
}

async function exists(google: Google, path: string): Promise<boolean> {
  try {
    await google.request(z.looseObject({ name: z.string() }), { api: "artifactregistry", path });
    return true;
  } catch (error) {
    if (error instanceof GoogleError && error.httpStatus === 404) return false;
    throw error;
  }
}
