import { lackingOnProject } from "../../clients/google/iam.ts";
import { disabledServices } from "../../clients/google/services.ts";
import { grantCommand, type InfraTarget, you } from "./infra-target.ts";
import { good, type InfraItem, judge, problem } from "./infra-result.ts";

/** APIs that a run uses; Cloud Build only where the image is built on Google Cloud. */
const services = [
  "aiplatform",
  "storage",
  "logging",
  "secretmanager",
  "artifactregistry",
  "cloudbuild",
].map((name) => `${name}.googleapis.com`);

/** What submitting, watching and stopping a job takes, by the narrowest role that has it. */
const needed: [role: string, permissions: string[]][] = [
  [
    "roles/aiplatform.user",
    [
      "aiplatform.customJobs.create",
      "aiplatform.customJobs.get",
      "aiplatform.customJobs.list",
      "aiplatform.customJobs.cancel",
    ],
  ],
  ["roles/logging.viewer", ["logging.logEntries.list"]],
];

export function checkApis({ google, project }: InfraTarget): Promise<InfraItem> {
  const enable = (names: readonly string[]) =>
    `gcloud services enable ${names.join(" ")} --project=${project}`;
  const missing = { what: `project ${project}`, next: `gcloud projects create ${project}` };
  const attempted = { doing: `check the project ${project}`, project, missing };
  return judge("APIs", attempted, async () => {
    const off = await disabledServices(google, project, services);
    if (off.length === 0) return good(`${services.length} enabled`);
    return problem(`not enabled: ${off.join(", ")}`, enable(off));
  });
}

/** Whether the caller may submit, watch and stop jobs. */
export function checkPermissions({ google, project }: InfraTarget): Promise<InfraItem> {
  const attempted = { doing: "check your permissions", project };
  return judge("your permissions", attempted, async () => {
    const all = needed.flatMap(([, permissions]) => permissions);
    const lacking = await lackingOnProject(google, project, all);
    const roles = needed.filter(([, permissions]) =>
      permissions.some((one) => lacking.includes(one)),
    );
    if (roles.length === 0) return good("may submit, watch and stop jobs");
    const how = roles.map(([role]) => grantCommand(project, you, role)).join(" && ");
    return problem(`you lack ${lacking.join(", ")}`, how);
  });
}
