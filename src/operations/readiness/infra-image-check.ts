import {
  findImage,
  type ImageAddress,
  parseImage,
} from "../../clients/google/artifact-registry.ts";
import type { InfraTarget } from "./infra-target.ts";
import { good, type InfraItem, judge, problem, unknown } from "./infra-result.ts";

/** Whether the training image lies in Artifact Registry. */
export function checkImage({ google, vertex, project }: InfraTarget): Promise<InfraItem> {
  const image = vertex.image ?? defaultImage(project, vertex.region);
  const attempted = { doing: `find the image ${image}`, project };
  return judge("image", attempted, async () => {
    if (vertex.image === undefined) {
      return problem(
        "project.yml does not name a training image",
        `${build(project, image)}   then: vertex: { image: ${image} } in project.yml`,
      );
    }
    const address = parseImage(image);
    if (address === undefined) {
      return unknown(`${image} is not in Artifact Registry: unknown whether it exists`);
    }
    const found = await findImage(google, address);
    if (found === "found") return good(image);
    if (found === "no image") return problem(`there is no ${image}`, build(project, image));
    return problem(
      `there is no repository ${address.repository} in ${address.location}`,
      `${makeRepository(address)} && ${build(project, image)}`,
    );
  });
}

function defaultImage(project: string, region: string): string {
  return `${region}-docker.pkg.dev/${project}/crossfold/training:latest`;
}

function makeRepository({ repository, location, project }: ImageAddress): string {
  return `gcloud artifacts repositories create ${repository} --repository-format=docker --location=${location} --project=${project}`;
}

function build(project: string, image: string): string {
  return `gcloud builds submit --config=docker/cloudbuild.yaml --substitutions=_IMAGE=${image} --project=${project}`;
}
