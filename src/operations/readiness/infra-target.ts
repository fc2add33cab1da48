import type { ResolvedMachine } from "../../core/machines/resolve-machine.ts";
import type { Provisioning } from "../../core/machines/provisioning.ts";
import type { Project } from "../../core/competition/project.ts";
import type { Google } from "../../clients/google/open-google.ts";

/** Where on Google Cloud a workspace trains, and with what. */
export interface InfraTarget {
  google: Google;
  vertex: NonNullable<Project["vertex"]>;
  /** Id of the project. */
  project: string;
  machine: ResolvedMachine;
  provisioning: Provisioning;
}

/** The account in gcloud, as the shell fills it in. */
export const you = '"user:$(gcloud config get account)"';

/** The command that gives a member a role in a project. */
export function grantCommand(project: string, member: string, role: string): string {
  return `gcloud projects add-iam-policy-binding ${project} --member=${member} --role=${role}`;
}

/** The command that makes a bucket near the machines. */
export function makeBucket(name: string, project: string, region: string): string {
  return `gcloud storage buckets create gs://${name} --project=${project} --location=${region} --uniform-bucket-level-access`;
}
