import { formatDuration } from "../../core/text/duration.ts";
import { checkMaxCost, jobPrice, priceNote, priceText } from "../../core/machines/prices.ts";
import { checkProvisioning, provisioningOf, strategies } from "../../core/machines/provisioning.ts";
import { type ResolvedMachine, resolveMachine } from "../../core/machines/resolve-machine.ts";
import type { Project } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { openGoogle } from "../../clients/google/open-google.ts";
import type { Access, Plan, MachineRequest } from "../backend.ts";
import type { VertexTarget } from "./vertex-target.ts";

const usualTimeout = 12 * 3600;

/** The machine, its price and the target in the cloud that a request comes to. Starts nothing; asks Google for the project at most. */
export async function planJob(
  request: MachineRequest,
  project: Project,
  access: Access,
): Promise<Plan> {
  const settings = requireSettings(project);
  const image = requireImage(settings.image);
  const provisioning = provisioningOf(request);
  const timeout = Math.ceil(request.timeoutSeconds ?? usualTimeout);
  const { gpu, count, machine: type } = request;
  const today = access.now().toISOString().slice(0, 10);
  const wanted = { gpu, count, machine: type, region: settings.region };
  const machine = resolveMachine(wanted, today);
  const warnings = [
    ...machine.warnings,
    ...checkProvisioning(provisioning, { ...machine, timeout }),
  ];
  const price = jobPrice(machine, timeout, provisioning);
  checkMaxCost(price, request.maxCost);
  const target: VertexTarget = {
    project: settings.project ?? (await openGoogle(access.env).projectId()),
    region: settings.region,
    bucket: settings.bucket,
    runs: `crossfold/${project.competition_name}/runs`,
    image,
    service_account: settings.service_account ?? null,
    secrets: settings.secrets,
    machine_type: machine.machineType,
    accelerator_type: machine.acceleratorType ?? null,
    accelerator_count: machine.acceleratorCount ?? null,
    tpu_topology: machine.tpuTopology ?? null,
    strategy: strategies[provisioning],
    timeout_seconds: timeout,
    price_per_hour: price?.perHour ?? null,
    price_as_of: price?.asOf ?? null,
  };
  const summary = [
    `Vertex AI, ${settings.region}: ${machineText(machine)}, ${provisioning}, ${formatDuration(timeout)} at most`,
    `${priceText(price)}; ${priceNote}`,
    ...warnings,
  ];
  return { target, summary };
}

function machineText({ machineType, accelerator, count }: ResolvedMachine): string {
  return accelerator === undefined ? machineType : `${machineType} with ${count} ${accelerator}`;
}

function requireSettings({ vertex }: Project): NonNullable<Project["vertex"]> {
  if (vertex !== undefined) return vertex;
  throw new UserError({
    code: "no-vertex",
    message: "project.yml does not say where on Google Cloud to train",
    at: { file: "project.yml" },
    expected: `a section such as\nvertex:\n  project: my-project\n  region: us-central1\n  bucket: my-bucket\n  image: us-central1-docker.pkg.dev/my-project/crossfold/training:latest`,
    next: {
      operation: "infra check",
      input: {},
      why: "says what else is missing, once the section is there",
    },
  });
}

function requireImage(image: string | undefined): string {
  if (image !== undefined) return image;
  throw new UserError({
    code: "no-image",
    message: "project.yml does not name a training image",
    at: { file: "project.yml" },
    expected:
      "vertex.image, such as us-central1-docker.pkg.dev/my-project/crossfold/training:latest",
    next: "build one (gcloud builds submit --config docker/cloudbuild.yaml .) and name it there",
  });
}
