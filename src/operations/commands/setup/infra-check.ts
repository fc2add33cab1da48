import { z } from "zod";
import type { Context } from "../../../core/context.ts";
import { type Provisioning, provisioningOf } from "../../../core/machines/provisioning.ts";
import { type ResolvedMachine, resolveMachine } from "../../../core/machines/resolve-machine.ts";
import { openGoogle } from "../../../clients/google/open-google.ts";
import { workspaceEnv } from "../../../storage/workspace/workspace-env.ts";
import { openWorkspace, type Workspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { checkAccount, checkSecrets } from "../../readiness/infra-account-checks.ts";
import { checkBucket, checkBucketAccess } from "../../readiness/infra-bucket-checks.ts";
import { checkImage } from "../../readiness/infra-image-check.ts";
import type { InfraTarget } from "../../readiness/infra-target.ts";
import { checkApis, checkPermissions } from "../../readiness/infra-project-checks.ts";
import { checkQuota } from "../../readiness/infra-quota-check.ts";
import {
  good,
  type InfraItem,
  infraItemSchema,
  judge,
  problem,
} from "../../readiness/infra-result.ts";

const output = z.object({
  /** No problem was found; what could not be looked at does not count. */
  ok: z.boolean(),
  /** Null where no project is known. */
  project: z.string().nullable(),
  region: z.string().nullable(),
  /** The machine whose quota was looked at. */
  machine: z.string(),
  items: z.array(infraItemSchema),
});
export type InfraCheckOutput = z.output<typeof output>;

export const infraCheck = defineOperation({
  description:
    "Looks at everything that `train --on vertex` needs on Google Cloud: credentials, project, enabled APIs, permissions, bucket, training image, service account, secrets and the quota of the accelerator. Reports whether each is there, and the one command that fixes it. Changes nothing, starts nothing and reads no secret's value.",
  whenToUse: "Use it before the first training on Vertex AI, and when one is refused.",
  input: z.object({
    gpu: z
      .string()
      .default("NVIDIA_L4")
      .describe("Accelerator whose quota is looked at; none for CPU only"),
    count: z.int().min(1).optional().describe("How many accelerators"),
    machine: z.string().optional().describe("Machine type, if not the usual one"),
    spot: z.boolean().default(false).describe("Look at the quota of spot machines"),
    flexStart: z.boolean().default(false).describe("Look at the quota of flex-start machines"),
  }),
  output,
  effect: "read",
  examples: [
    { command: "infra check", summary: "what is missing for training on Vertex AI" },
    { command: "infra check --gpu A100 --spot", summary: "with the quota of another machine" },
  ],
  async run(context, { spot, flexStart, ...asked }) {
    const ws = await openWorkspace(context.cwd);
    const region = ws.project.vertex?.region;
    const machine = resolveMachine({ ...asked, region }, context.now().toISOString());
    const provisioning = provisioningOf({ spot, flexStart });
    const { project, items } = await runChecks(context, ws, machine, provisioning);
    return {
      ok: items.every(({ state }) => state !== "problem"),
      project,
      region: region ?? null,
      machine: machine.machineType,
      items,
    };
  },
  exitCode: ({ ok }) => (ok ? 0 : 3),
});

interface Seen {
  project: string | null;
  items: InfraItem[];
}

async function runChecks(
  context: Context,
  ws: Workspace,
  machine: ResolvedMachine,
  provisioning: Provisioning,
): Promise<Seen> {
  const { vertex } = ws.project;
  if (vertex === undefined) return { project: null, items: [noSettings(ws)] };
  const settings = { name: "settings", ...good(`project.yml: vertex, region ${vertex.region}`) };
  const google = openGoogle(await workspaceEnv(context, ws.root));
  context.progress.step("asking Google");
  const login = await required("credentials", { doing: "get an access token" }, async () => {
    await google.token();
    return good("an access token was given");
  });
  if (login.state !== "ok") return { project: null, items: [settings, login] };
  let project = "";
  const named = await required("project", { doing: "find the project" }, async () => {
    project = vertex.project ?? (await google.projectId());
    return good(project);
  });
  if (named.state !== "ok") return { project: null, items: [settings, login, named] };
  const found = await checkProject({ google, vertex, project, machine, provisioning });
  return { project, items: [settings, login, named, ...found] };
}

/** Nothing else can be looked at without it, so that not knowing is a problem too. */
async function required(...look: Parameters<typeof judge>): Promise<InfraItem> {
  const item = await judge(...look);
  return item.state === "ok" ? item : { ...item, state: "problem" };
}

async function checkProject(target: InfraTarget): Promise<InfraItem[]> {
  const looks: Promise<InfraItem | InfraItem[]>[] = [
    checkApis(target),
    checkPermissions(target),
    checkBucket(target),
    checkBucketAccess(target),
    checkImage(target),
    checkAccount(target),
    checkSecrets(target),
    checkQuota(target),
  ];
  return (await Promise.all(looks)).flat();
}

function noSettings(ws: Workspace): InfraItem {
  const bucket = `${ws.project.competition_name.replaceAll("_", "-")}-training`;
  return {
    name: "settings",
    ...problem(
      "project.yml does not say where on Google Cloud to train",
      `put into project.yml: vertex: { project: MY-PROJECT, region: us-central1, bucket: MY-PROJECT-${bucket} }`,
    ),
  };
}
