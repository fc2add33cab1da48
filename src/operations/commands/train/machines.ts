import { z } from "zod";
import {
  acceleratorNames,
  acceleratorOf,
  type AcceleratorName,
  isShutDown,
  machinesAsOf,
} from "../../../core/machines/accelerators.ts";
import { findAccelerator } from "../../../core/machines/accelerator-name.ts";
import { offersFor } from "../../../core/machines/offers.ts";
import { priceNote, pricesAsOf, pricesRegion } from "../../../core/machines/prices.ts";
import { regionsWith } from "../../../core/machines/regions.ts";
import { defineOperation } from "../../operation.ts";

const priceSchema = z
  .object({
    /** Dollars. */
    perHour: z.number(),
    /** The true price is this or less. */
    atMost: z.boolean(),
  })
  .nullable();

const output = z.object({
  /** Month of the pages that machines, accelerators and regions were read from. */
  asOf: z.string(),
  /** Day up to which the prices were read. */
  pricesAsOf: z.string(),
  pricesRegion: z.string(),
  /** What the prices leave out. */
  note: z.string(),
  accelerators: z.array(
    z.object({
      name: z.string(),
      short: z.string(),
      memoryGib: z.number(),
      status: z.enum(["offered", "ending", "shut down", "by reservation only"]),
      endsOn: z.string().nullable(),
      flexStart: z.boolean(),
      note: z.string().nullable(),
      /** Regions that train on it. */
      regions: z.array(z.string()),
    }),
  ),
  machines: z.array(
    z.object({
      machineType: z.string(),
      accelerator: z.string().nullable(),
      count: z.int(),
      vcpus: z.number(),
      memoryGib: z.number(),
      /** Taken where no machine is named. */
      usual: z.boolean(),
      /** Null where the price is not known. */
      onDemand: priceSchema,
      spot: priceSchema,
    }),
  ),
});
export type MachinesOutput = z.output<typeof output>;

export const machines = defineOperation({
  description:
    "Lists the machines that `train --on vertex` can ask for, with their prices on demand and as spot machines and the day the prices were read. Without --gpu the usual machine of every accelerator and count; with it every machine that takes the accelerator, and the regions that have it. Nothing is asked over the network.",
  whenToUse: "Use it to choose a machine for training on Vertex AI by price and memory.",
  input: z.object({
    gpu: z
      .string()
      .optional()
      .describe("Only machines with this accelerator (NVIDIA_L4, or short: L4); none for CPU"),
  }),
  output,
  effect: "read",
  examples: [
    { command: "machines", summary: "the usual machine of each accelerator" },
    { command: "machines --gpu L4", summary: "every machine with L4, and where they are" },
    { command: "machines --gpu none", summary: "machines without an accelerator" },
  ],
  run(context, { gpu }) {
    const today = context.now().toISOString();
    const only = gpu === undefined ? undefined : findAccelerator(gpu, today);
    const names = gpu === undefined ? acceleratorNames : only === undefined ? [] : [only];
    return Promise.resolve({
      asOf: machinesAsOf,
      pricesAsOf,
      pricesRegion,
      note: priceNote,
      accelerators: names.map((name) => describeAccelerator(name, today)),
      machines: offersFor(gpu, today),
    });
  },
});

function describeAccelerator(
  name: AcceleratorName,
  today: string,
): MachinesOutput["accelerators"][number] {
  const { short, memoryGib, endsOn, reservedOnly, flexStart, note } = acceleratorOf(name);
  const ending = endsOn === undefined ? "offered" : "ending";
  const offered = reservedOnly === true ? "by reservation only" : ending;
  return {
    name,
    short,
    memoryGib,
    status: isShutDown(name, today) ? "shut down" : offered,
    endsOn: endsOn ?? null,
    flexStart,
    note: note ?? null,
    regions: regionsWith(name),
  };
}
