import type { MachinesOutput } from "../../operations/commands/train/machines.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Accelerator = MachinesOutput["accelerators"][number];
type Machine = MachinesOutput["machines"][number];

const header = [
  "accelerator",
  "count",
  "GiB each",
  "machine",
  "vCPU",
  "GiB",
  "$/h",
  "spot $/h",
  "",
];
const align = [
  "left",
  "right",
  "right",
  "left",
  "right",
  "right",
  "right",
  "right",
  "left",
] as const;

export function renderMachines(result: MachinesOutput, style: Style): string {
  const rows = result.machines.map((machine) => row(machine, result.accelerators, style));
  const [only] = result.accelerators.length === 1 ? result.accelerators : [];
  const { asOf, pricesAsOf, pricesRegion, note } = result;
  return [
    ...(rows.length === 0 ? [] : [table(rows, { header, align, style })]),
    ...(only === undefined ? [] : about(only, style)),
    style.dim(`machines as of ${asOf}, prices of ${pricesRegion} as of ${pricesAsOf}`),
    style.dim(`${note}; <= where the spot price is not known`),
  ].join("\n");
}

function row(machine: Machine, accelerators: readonly Accelerator[], style: Style): string[] {
  const accelerator = accelerators.find(({ name }) => name === machine.accelerator);
  return [
    machine.accelerator ?? "-",
    machine.accelerator === null ? "-" : String(machine.count),
    accelerator === undefined ? "-" : String(accelerator.memoryGib),
    machine.usual ? style.bold(machine.machineType) : machine.machineType,
    String(machine.vcpus),
    String(machine.memoryGib),
    price(machine.onDemand),
    price(machine.spot),
    remark(accelerator, style),
  ];
}

function price(value: Machine["onDemand"]): string {
  if (value === null) return "?";
  return `${value.atMost ? "<=" : ""}${value.perHour.toFixed(2)}`;
}

function remark(accelerator: Accelerator | undefined, style: Style): string {
  if (accelerator?.status === "ending") return style.yellow(`ends ${accelerator.endsOn}`);
  if (accelerator === undefined || accelerator.status === "offered") return "";
  return style.red(accelerator.status);
}

function about(accelerator: Accelerator, style: Style): string[] {
  const { name, status, endsOn, note, flexStart, regions } = accelerator;
  if (status === "shut down") return [style.red(`Google shut ${name} down on ${endsOn}`)];
  return [
    "",
    ...(note === null ? [] : [`${name}: ${style.yellow(note)}`]),
    `${flexStart ? "with" : "without"} --flex-start; regions: ${regions.join(", ")}`,
  ];
}
