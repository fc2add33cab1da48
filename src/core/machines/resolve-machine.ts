import { nearNames } from "../text/near-names.ts";
import { UserError } from "../errors/user-error.ts";
import { findAccelerator } from "./accelerator-name.ts";
import { acceleratorOf, type AcceleratorName, isShutDown } from "./accelerators.ts";
import { findMachineType, machineTypes, type MachineType } from "./machine-types.ts";
import { regionsWith } from "./regions.ts";

/** Machine of a job without an accelerator. */
const cpuMachine = "n1-highmem-8";

/** What a user asked for; what is left out is chosen. */
export interface MachineRequest {
  /** `NVIDIA_L4`, `L4`, `nvidia-l4`; empty, `cpu` or `none` for a machine without. */
  gpu?: string | undefined;
  /** How many accelerators. */
  count?: number | undefined;
  machine?: string | undefined;
  /** To warn where the accelerator is not offered. */
  region?: string | undefined;
}

/** A machine that Vertex AI takes: the fields of a CustomJob's `machineSpec`, and what to know about it. */
export interface ResolvedMachine {
  machineType: string;
  /** Left out for a CPU machine and for TPUs. */
  acceleratorType?: AcceleratorName;
  acceleratorCount?: number;
  /** For TPUs only. */
  tpuTopology?: string;
  /** GPU or TPU; undefined for a CPU machine. */
  accelerator: AcceleratorName | undefined;
  /** How many of them; 0 without. */
  count: number;
  vcpus: number;
  memoryGib: number;
  warnings: string[];
}

/** The machine for a request on that day (ISO date). Throws a UserError that names what can be had instead. */
export function resolveMachine(request: MachineRequest, today: string): ResolvedMachine {
  const type = request.machine === undefined ? undefined : machineNamed(request.machine);
  const asked = findAccelerator(request.gpu, today);
  if (asked !== undefined) refuseUnavailable(asked, today);
  const accelerator = asked ?? builtInOf(type);
  if (accelerator === undefined) return withoutAccelerator(type, request.count);
  if (asked === undefined) refuseUnavailable(accelerator, today);
  const chosen = choose(accelerator, type, request.count);
  return describe(accelerator, chosen, request.region, today);
}

function machineNamed(name: string): MachineType {
  const type = findMachineType(name);
  if (type !== undefined) return type;
  const names = machineTypes.map((one) => one.name);
  const near = nearNames(name, names);
  throw new UserError({
    code: "unknown-machine",
    message: `Vertex AI has no machine type "${name}" for training${near[0] === undefined ? "" : ` (did you mean ${near[0]}?)`}`,
    expected:
      near.length === 0 ? "a machine type such as n1-highmem-8" : `such as ${near.join(", ")}`,
    next: { operation: "machines", input: {}, why: "lists every machine" },
    exitCode: 2,
  });
}

function builtInOf(type: MachineType | undefined): AcceleratorName | undefined {
  return type?.builtIn === true ? (Object.keys(type.takes)[0] as AcceleratorName) : undefined;
}

function refuseUnavailable(name: AcceleratorName, today: string): void {
  const { endsOn, reservedOnly, instead } = acceleratorOf(name);
  const shutDown = isShutDown(name, today);
  if (!shutDown && reservedOnly !== true) return;
  throw new UserError({
    code: "accelerator-not-offered",
    message: shutDown
      ? `Google shut ${name} down on ${endsOn}`
      : `${name} is available only through a reservation, which Crossfold does not support`,
    next: `--gpu ${instead}`,
    exitCode: 2,
  });
}

function withoutAccelerator(
  type: MachineType | undefined,
  count: number | undefined,
): ResolvedMachine {
  if (count !== undefined && count > 0) {
    throw new UserError({
      code: "count-of-nothing",
      message: `--count ${count} needs an accelerator`,
      next: `--gpu NVIDIA_L4 --count ${count}`,
      exitCode: 2,
    });
  }
  const { name, vcpus, memoryGib } = type ?? findMachineType(cpuMachine)!;
  return { machineType: name, accelerator: undefined, count: 0, vcpus, memoryGib, warnings: [] };
}

interface Chosen {
  type: MachineType;
  count: number;
}

function choose(
  accelerator: AcceleratorName,
  type: MachineType | undefined,
  asked: number | undefined,
): Chosen {
  const usual = findMachineType(acceleratorOf(accelerator).defaultMachine)!;
  // A machine with one built-in number says the count itself.
  const least = (type ?? usual).takes[accelerator]?.[0] ?? 1;
  const count = asked ?? least;
  const able = machinesWith(accelerator, count);
  const found = type ?? (able.includes(usual) ? usual : able[0]);
  if (found !== undefined && able.includes(found)) return { type: found, count };
  throw impossible(accelerator, type, count, able);
}

/** The machine types that take so many of an accelerator, the smallest first. */
export function machinesWith(accelerator: AcceleratorName, count: number): MachineType[] {
  return machineTypes
    .filter((type) => type.takes[accelerator]?.includes(count))
    .toSorted((a, b) => a.vcpus - b.vcpus || a.memoryGib - b.memoryGib);
}

/** The numbers of an accelerator that one machine can have, in order. */
export function countsOf(accelerator: AcceleratorName): number[] {
  const counts = machineTypes.flatMap((type) => type.takes[accelerator] ?? []);
  return [...new Set(counts)].toSorted((a, b) => a - b);
}

function impossible(
  accelerator: AcceleratorName,
  type: MachineType | undefined,
  count: number,
  able: readonly MachineType[],
): UserError {
  const valid = countsOf(accelerator).map(
    (one) =>
      `${one}: ${machinesWith(accelerator, one)
        .map(({ name }) => name)
        .join(", ")}`,
  );
  const where = type === undefined ? "no machine type has" : `${type.name} does not take`;
  const fit = able.length === 0 ? nearestCount(accelerator, count) : count;
  return new UserError({
    code: "machine-mismatch",
    message: `${where} ${count} ${accelerator}`,
    expected: `how many, and the machine types:\n${valid.join("\n")}`,
    next: `--gpu ${accelerator} --count ${fit}`,
    exitCode: 2,
  });
}

function nearestCount(accelerator: AcceleratorName, count: number): number {
  const counts = countsOf(accelerator);
  return counts.find((one) => one >= count) ?? counts.at(-1)!;
}

function describe(
  accelerator: AcceleratorName,
  { type, count }: Chosen,
  region: string | undefined,
  today: string,
): ResolvedMachine {
  const spec =
    type.topology === undefined
      ? { acceleratorType: accelerator, acceleratorCount: count }
      : { tpuTopology: type.topology };
  return {
    machineType: type.name,
    ...spec,
    accelerator,
    count,
    vcpus: type.vcpus,
    memoryGib: type.memoryGib,
    warnings: warningsFor(accelerator, type, region, today),
  };
}

function warningsFor(
  accelerator: AcceleratorName,
  type: MachineType,
  region: string | undefined,
  today: string,
): string[] {
  const { endsOn, instead, note } = acceleratorOf(accelerator);
  const warnings: string[] = [];
  if (endsOn !== undefined && endsOn > today) {
    warnings.push(`Google shuts ${accelerator} down on ${endsOn}; ${instead} stays`);
  }
  if (note !== undefined) warnings.push(`${accelerator}: ${note}`);
  if (type.vcpus < 4) {
    warnings.push(`${type.name} is small for a GPU: logs may stop for lack of CPU`);
  }
  const regions = regionsWith(accelerator, region);
  if (region !== undefined && !regions.includes(region)) {
    warnings.push(
      `Google lists no ${accelerator} for training in ${region}; it does in ${regions.slice(0, 4).join(", ")}`,
    );
  }
  return warnings;
}
