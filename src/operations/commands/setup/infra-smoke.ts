import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { dollars } from "../../../core/machines/prices.ts";
import { resolveMachine, type ResolvedMachine } from "../../../core/machines/resolve-machine.ts";
import { packageRoot } from "../../../package-root.ts";
import { readSpec, recordFiles, runFolder } from "../../../storage/run/run-record.ts";
import { openWorkspace, type Workspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { readMachineRequest, machineInput } from "../../run/machine-request.ts";
import { runSummarySchema, type RunSummary } from "../../run/run-summary.ts";
import { startRun } from "../../run/start-run.ts";
import { watchRun } from "../../run/watch-run.ts";
import {
  good,
  type InfraItem,
  infraItemSchema,
  problem,
  unknown,
} from "../../readiness/infra-result.ts";
import { judgeReport, readReport } from "../../readiness/smoke-report.ts";

const script = "crossfold_smoke.py";

const output = z.object({
  ok: z.boolean(),
  run: runSummarySchema,
  machine: z.string(),
  items: z.array(infraItemSchema),
});
export type InfraSmokeOutput = z.output<typeof output>;

export const infraSmoke = defineOperation({
  description:
    "Submits a small job to Vertex AI the same way as `train --on vertex` and waits for it: the job checks its GPU, writes to the bucket and reads back, and checks that the named secrets have values. Reports what it found, how long it waited for a machine and what it may have cost. Costs money; --max-cost limits it.",
  whenToUse:
    "Use it after `infra check` finds no problem and before the first training on Vertex AI; it costs a few cents.",
  input: z.object({
    ...machineInput,
    gpu: z.string().default("NVIDIA_L4").describe("Accelerator; none: CPU only"),
    timeout: z.string().default("30m").describe("End the job after this long"),
  }),
  output,
  effect: "write",
  examples: [
    { command: "infra smoke --max-cost 1", summary: "test one L4, the bucket and the secrets" },
    { command: "infra smoke --gpu none", summary: "the same on a machine without a GPU" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    const asked = readMachineRequest(request);
    const region = ws.project.vertex?.region;
    const machine = resolveMachine({ ...asked, region }, context.now().toISOString());
    const started = await startRun(context, ws, {
      kind: "script",
      experiment: null,
      script,
      scriptFile: path.join(packageRoot(), "templates", "smoke", script),
      args: [],
      debug: true,
      backend: "vertex",
      machine: asked,
    });
    context.progress.step(`run ${started.handle.id}`);
    const { run } = await watchRun(context, ws, started);
    const items = await judgeRun(ws, run, machine);
    const ok = items.every(({ state }) => state === "ok");
    return { ok, run, machine: machine.machineType, items };
  },
  exitCode: ({ ok }) => (ok ? 0 : 1),
});

async function judgeRun(
  ws: Workspace,
  run: RunSummary,
  machine: ResolvedMachine,
): Promise<InfraItem[]> {
  const log = await readFile(path.join(runFolder(ws, run.id), recordFiles.log), "utf8");
  const report = readReport(log);
  const succeeded = run.state === "succeeded";
  const why = `${run.state}${run.reason === null ? "" : `: ${run.reason}`}`;
  const look = { operation: "logs", input: { run: run.id }, why: "shows what it printed" };
  const job = succeeded ? good(`${run.id} succeeded`) : problem(why, look);
  const silent = problem("the script did not report what it found", look);
  return [
    { name: "job", ...job },
    ...(report === undefined ? [] : judgeReport(report, machine)),
    ...(report === undefined && succeeded ? [{ name: "report", ...silent }] : []),
    { name: "waited", ...waited(run) },
    ...(await costOf(ws, run)),
  ];
}

/** From the moment it was asked for until its container ran. */
function waited({ created, started }: RunSummary): Omit<InfraItem, "name"> {
  if (started === null) return unknown("the job never got a machine");
  const seconds = Math.max(0, Math.round((Date.parse(started) - Date.parse(created)) / 1000));
  return good(`${seconds} s for a machine`);
}

const priceSchema = z.looseObject({ price_per_hour: z.number().nullable().default(null) });

async function costOf(ws: Workspace, run: RunSummary): Promise<InfraItem[]> {
  const { target } = await readSpec(runFolder(ws, run.id));
  const perHour = priceSchema.safeParse(target).data?.price_per_hour ?? null;
  if (perHour === null || run.seconds === null) return [];
  const spent = dollars((perHour * run.seconds) / 3600);
  const detail = `about ${spent} for ${Math.round(run.seconds)} s at ${dollars(perHour)} an hour, without Vertex AI's fee`;
  return [{ name: "price", ...good(detail) }];
}
