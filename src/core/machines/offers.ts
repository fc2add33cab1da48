import { findAccelerator } from "./accelerator-name.ts";
import {
  acceleratorNames,
  acceleratorOf,
  type AcceleratorName,
  isShutDown,
} from "./accelerators.ts";
import { machineTypes, type MachineType } from "./machine-types.ts";
import { hourlyPrice, type HourlyPrice } from "./prices.ts";
import { countsOf, machinesWith, resolveMachine } from "./resolve-machine.ts";

/** A machine as it can be asked for, with what it costs. */
export interface Offer {
  machineType: string;
  accelerator: AcceleratorName | null;
  count: number;
  vcpus: number;
  memoryGib: number;
  /** Taken where no machine is named. */
  usual: boolean;
  onDemand: HourlyPrice | null;
  spot: HourlyPrice | null;
}

/** The usual machine of each accelerator and count, and the one without; with `gpu`, every machine that takes it. */
export function offersFor(gpu: string | undefined, today: string): Offer[] {
  if (gpu === undefined) return usualOffers(today);
  const accelerator = findAccelerator(gpu, today);
  if (accelerator === undefined) {
    const bare = machineTypes.filter(({ builtIn }) => !builtIn);
    return bare.map((type) => offerOf(type, null, 0, today));
  }
  return countsOf(accelerator).flatMap((count) =>
    machinesWith(accelerator, count).map((type) => offerOf(type, accelerator, count, today)),
  );
}

function usualOffers(today: string): Offer[] {
  const obtainable = acceleratorNames.filter((name) => isObtainable(name, today));
  return [
    ...offersFor("none", today),
    ...obtainable.flatMap((name) => offersFor(name, today)),
  ].filter(({ usual }) => usual);
}

/** Whether a job can ask for it on that day. */
export function isObtainable(name: AcceleratorName, today: string): boolean {
  return !isShutDown(name, today) && acceleratorOf(name).reservedOnly !== true;
}

function offerOf(
  type: MachineType,
  accelerator: AcceleratorName | null,
  count: number,
  today: string,
): Offer {
  const machine = { machineType: type.name, accelerator: accelerator ?? undefined, count };
  const refused = accelerator !== null && !isObtainable(accelerator, today);
  const asked = accelerator === null ? {} : { gpu: accelerator, count };
  return {
    machineType: type.name,
    accelerator,
    count,
    vcpus: type.vcpus,
    memoryGib: type.memoryGib,
    usual: !refused && resolveMachine(asked, today).machineType === type.name,
    onDemand: hourlyPrice(machine) ?? null,
    spot: hourlyPrice(machine, "spot") ?? null,
  };
}
