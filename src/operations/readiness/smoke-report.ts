import { z } from "zod";
import type { ResolvedMachine } from "../../core/machines/resolve-machine.ts";
import { good, type InfraItem, problem } from "./infra-result.ts";

/** The last line of templates/smoke/crossfold_smoke.py. */
const reportSchema = z.looseObject({
  /** Name and memory of each. */
  gpus: z.array(z.string()).default([]),
  /** Device files. */
  tpus: z.array(z.string()).default([]),
  cpus: z.number().nullable().default(null),
  python: z.string().default(""),
  /** What is wrong with the bucket. */
  bucket: z.string().nullable(),
  /** Whether each named secret has a value. */
  secrets: z.record(z.string(), z.boolean()).default({}),
});
export type SmokeReport = z.output<typeof reportSchema>;

/** What the script saw; undefined where its output does not say. */
export function readReport(output: string): SmokeReport | undefined {
  const line = /^CROSSFOLD_SMOKE (\{.*\})$/m.exec(output)?.[1];
  try {
    return line === undefined ? undefined : reportSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const infraCheck = { operation: "infra check", input: {}, why: "says what is missing" };

/** What the script saw against what was asked for. */
export function judgeReport(report: SmokeReport, machine: ResolvedMachine): InfraItem[] {
  const { bucket, secrets, python } = report;
  return [
    judgeMachine(report, machine),
    { name: "Python", ...good(`${python}, with the packages of uv.lock`) },
    {
      name: "bucket",
      ...(bucket === null
        ? good("a file was written, read back and removed")
        : problem(bucket, infraCheck)),
    },
    ...Object.entries(secrets).map(([name, there]) => judgeSecret(name, there)),
  ];
}

function judgeSecret(variable: string, there: boolean): InfraItem {
  const name = `secret ${variable}`;
  if (there) return { name, ...good("has a value in the container") };
  return { name, ...problem("is empty in the container", infraCheck) };
}

function judgeMachine(
  { gpus, tpus, cpus }: SmokeReport,
  { accelerator, count, machineType, acceleratorType }: ResolvedMachine,
): InfraItem {
  const cpu = `${machineType}: ${cpus ?? "?"} CPUs`;
  if (accelerator === undefined) return { name: "machine", ...good(cpu) };
  const kind = acceleratorType === undefined ? "TPU" : "GPU";
  const seen = kind === "TPU" ? tpus : gpus;
  if (seen.length === count) return { name: kind, ...good(`${seen.join("; ")} (${cpu})`) };
  const detail = `${count} ${accelerator} asked for, ${seen.length} seen on ${machineType}`;
  const how = {
    operation: "infra smoke",
    input: {},
    why: "once the image has the driver's libraries (docker/Dockerfile)",
  };
  return { name: kind, ...problem(detail, how) };
}
