import { z } from "zod";
import type { Google } from "./open-google.ts";

const projectSchema = z.looseObject({ projectNumber: z.string() });

/** The number of a project, which names its service agents. */
export async function projectNumber(google: Google, project: string): Promise<string> {
  const path = `/v1/projects/${project}`;
  const found = await google.request(projectSchema, { api: "cloudresourcemanager", path });
  return found.projectNumber;
}
