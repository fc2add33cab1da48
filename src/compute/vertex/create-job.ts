import type { AcceleratorName } from "../../core/machines/accelerators.ts";
import { regionsWith } from "../../core/machines/regions.ts";
import type { RunCause } from "../../core/run/run.ts";
import { createCustomJob } from "../../clients/google/custom-jobs.ts";
import { GoogleError } from "../../clients/google/google-error.ts";
import { googleProblem } from "../../clients/google/google-problem.ts";
import type { Google } from "../../clients/google/open-google.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { JobRequest } from "../backend.ts";
import { RefusedJob } from "../remote/remote.ts";
import { jobRequest } from "./job-request.ts";
import { causeOf } from "./job-status.ts";
import { vertexTargetOf, type VertexTarget } from "./vertex-target.ts";

/** Starts the run's job and gives its name. Throws a GoogleError with the outcome `unknown` where it may have been started. */
export async function createJob(google: Google, { spec, env }: JobRequest): Promise<string> {
  const target = vertexTargetOf(spec);
  try {
    return (await createCustomJob(google, target, jobRequest(spec, env))).name;
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    if (error.outcome === "unknown") throw error;
    const { project } = target;
    throw error.outcome === "refused"
      ? refusal(error, target)
      : googleProblem(error, { doing: "start the job", project });
  }
}

function refusal(error: GoogleError, target: VertexTarget): RefusedJob {
  const about = error.status === "PERMISSION_DENIED" ? "permission" : null;
  const cause = about ?? causeOf(`${error.status} ${error.message}`);
  const { project } = target;
  const told = googleProblem(error, { doing: "start the job", project }) as UserError;
  const next = nextSteps(cause, target) ?? told.next;
  return new RefusedJob(
    {
      code: cause === null ? told.code : `job-${cause}`,
      message: told.message,
      ...(next === undefined ? {} : { next }),
    },
    cause,
    { cause: error },
  );
}

/** What to try where a job did not get its machine or was not allowed to; undefined where Google's words must do. */
export function nextSteps(cause: RunCause | null, target: VertexTarget): string | undefined {
  if (cause === "permission" && target.service_account !== null) {
    return `gcloud iam service-accounts add-iam-policy-binding ${target.service_account} --member=user:YOU --role=roles/iam.serviceAccountUser --project ${target.project}`;
  }
  if (cause !== "quota" && cause !== "stockout") return undefined;
  const others = otherRegions(target);
  const ways = [
    ...(others.length > 0 ? [`vertex.region: ${others.slice(0, 3).join(" or ")}`] : []),
    ...(target.strategy === "SPOT" ? ["without --spot"] : ["--spot (its quota is separate)"]),
    ...(cause === "stockout" && target.strategy !== "FLEX_START"
      ? ["--flex-start (waits in line)"]
      : []),
    "another --gpu (crossfold machines)",
  ];
  return `try ${ways.join(", ")}`;
}

function otherRegions({ accelerator_type, region }: VertexTarget): string[] {
  if (accelerator_type === null) return [];
  return regionsWith(accelerator_type as AcceleratorName, region).filter((one) => one !== region);
}
