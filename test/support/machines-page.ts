import {
  acceleratorNames,
  acceleratorOf,
  type AcceleratorName,
  machinesAsOf,
} from "../../src/core/machines/accelerators.ts";
import { isObtainable, type Offer, offersFor } from "../../src/core/machines/offers.ts";
import {
  type HourlyPrice,
  priceNote,
  pricesAsOf,
  pricesRegion,
} from "../../src/core/machines/prices.ts";
import { regionsWith } from "../../src/core/machines/regions.ts";
import { countsOf, machinesWith } from "../../src/core/machines/resolve-machine.ts";

/** The day the page speaks of; the tables themselves know when an accelerator ends. */
const today = "2026-11-23";

const introduction = `# Machines of Vertex AI

Training \`--on vertex\` asks Google for a machine by accelerator, number and machine type. What is not specified is chosen: no \`--gpu\` is \`n1-highmem-8\`, one \`NVIDIA_L4\` is \`g2-standard-8\`, two are \`g2-standard-24\`. What Google does not
list is refused before anything is sent, with what it does list.

| | |
|---|---|
| \`crossfold machines\` | the usual machine of each accelerator, with prices |
| \`crossfold machines --gpu L4\` | every machine with an accelerator, and the regions that have it |
| \`crossfold machines --gpu none\` | machines without one |

An accelerator is called by its name in Google's API (\`NVIDIA_TESLA_A100\`) or a short one (\`A100\`, \`a100\`). TPUs are
\`TPU_V5E\` and \`TPU_V6E\`; their topology follows from the number of chips. TPU v2, v3 and 7x, and TPUs over several machines,
are not supported.

Machines, accelerators and regions are those of Google's pages of ${machinesAsOf}; prices were read up to ${pricesAsOf}, in
US dollars, for ${pricesRegion}. They are data in \`src/core/machines/\`: when Google changes them, change them there.

## Prices

The price of an hour and of the whole time-out is shown before a job is sent, and \`--max-cost\` refuses a job that may cost
more. Other regions cost more or less. It is the price of ${priceNote.replace(": ", ".\n")}.

- A spot price that is not known is shown as \`<=\`: the on-demand price stands in for what is unknown, so that a limit
  still holds. Spot prices change from month to month.
- \`--flex-start\` has a list of prices of its own; the on-demand price is shown as its limit.
- A price shown as \`?\` is not known, and \`--max-cost\` is refused with it.

## Ways to get a machine

| | what it means | quota |
|---|---|---|
| on demand | the default | \`custom_model_training_...\` |
| \`--spot\` | cheaper; Google may take the machine away at any time and start the job again | \`custom_model_training_preemptible_...\` |
| \`--flex-start\` | waits in line until a machine is free, then keeps it; 7 days at most | the same as spot, in name only |
`;

/** The text of docs/machines.md, from the tables. */
export function machinesPage(): string {
  return `${[introduction, acceleratorTable(), usualTable(), validTable(), cpuTable()].join("\n")}`;
}

function acceleratorTable(): string {
  const rows = acceleratorNames.map((name) => {
    const { short, memoryGib, flexStart } = acceleratorOf(name);
    return `| \`${name}\` | \`${short}\` | ${memoryGib} | ${flexStart ? "yes" : "no"} | ${remark(name)} | ${regionsWith(name).join(", ")} |`;
  });
  return section("Accelerators", [
    "| name | short | GiB | `--flex-start` | | regions |",
    "|---|---|---|---|---|---|",
    ...rows,
  ]);
}

function remark(name: AcceleratorName): string {
  const { endsOn, reservedOnly, note } = acceleratorOf(name);
  if (reservedOnly === true) return "refused: by reservation only";
  if (endsOn === undefined) return note ?? "";
  return endsOn <= today ? `refused: shut down on ${endsOn}` : `ends on ${endsOn}`;
}

function usualTable(): string {
  const offers = offersFor(undefined, today);
  return section("What is chosen", [
    "| accelerator | how many | machine | vCPU | GiB | $/h | spot $/h |",
    "|---|---|---|---|---|---|---|",
    ...offers.map(
      (offer) =>
        `| ${offer.accelerator ?? "none"} | ${offer.count || ""} | \`${offer.machineType}\` | ${sizeAndPrice(offer)} |`,
    ),
  ]);
}

function validTable(): string {
  const rows = acceleratorNames
    .filter((name) => isObtainable(name, today))
    .flatMap((name) =>
      countsOf(name).map((count) => {
        const types = machinesWith(name, count).map((type) => `\`${type.name}\``);
        return `| ${name} | ${count} | ${types.join(", ")} |`;
      }),
    );
  return section("What can be asked for", [
    "| accelerator | how many | machines |",
    "|---|---|---|",
    ...rows,
  ]);
}

function cpuTable(): string {
  return section("Without an accelerator", [
    "| machine | vCPU | GiB | $/h | spot $/h |",
    "|---|---|---|---|---|",
    ...offersFor("none", today).map(
      (offer) => `| \`${offer.machineType}\` | ${sizeAndPrice(offer)} |`,
    ),
  ]);
}

function sizeAndPrice({ vcpus, memoryGib, onDemand, spot }: Offer): string {
  return [vcpus, memoryGib, price(onDemand), price(spot)].join(" | ");
}

function price(value: HourlyPrice | null): string {
  if (value === null) return "?";
  return `${value.atMost ? "<=" : ""}${value.perHour.toFixed(2)}`;
}

function section(title: string, lines: readonly string[]): string {
  return `## ${title}\n\n${lines.join("\n")}\n`;
}
