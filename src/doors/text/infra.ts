import { counted } from "../../core/text/counted.ts";
import type { InfraCheckOutput } from "../../operations/commands/setup/infra-check.ts";
import type { InfraSmokeOutput } from "../../operations/commands/setup/infra-smoke.ts";
import { pad } from "./table.ts";
import { actionLine } from "./next.ts";
import type { Style } from "./style.ts";

type Item = InfraCheckOutput["items"][number];

export function renderInfraCheck(result: InfraCheckOutput, style: Style): string {
  const { items, project, region, machine } = result;
  const where = [project, region, machine].filter((part) => part !== null).join(", ");
  const title = style.bold(`Vertex AI: ${where}`);
  return [title, ...lines(items, style), "", summary(items, style)].join("\n");
}

export function renderInfraSmoke({ items, machine, ok }: InfraSmokeOutput, style: Style): string {
  const verdict = ok ? style.green("training on Vertex AI works") : summary(items, style);
  return [style.bold(`Vertex AI: ${machine}`), ...lines(items, style), "", verdict].join("\n");
}

function lines(items: readonly Item[], style: Style): string[] {
  const widest = Math.max(...items.map(({ name }) => name.length));
  return items.map((item) => line(item, widest + 2, style));
}

function line({ name, state, detail, how }: Item, width: number, style: Style): string {
  const color = { ok: style.green, problem: style.red, unknown: style.yellow }[state];
  const text = `  ${pad(color(state), 9)}${pad(name, width)}${detail}`;
  return how === null ? text : `${text}\n${" ".repeat(11 + width)}${actionLine(how, style)}`;
}

function summary(items: readonly Item[], style: Style): string {
  const many = (state: Item["state"]) => items.filter((item) => item.state === state).length;
  const problems = many("problem");
  const hidden = many("unknown");
  const rest = hidden === 0 ? "" : `, ${hidden} not known`;
  if (problems > 0) return `${style.red(counted(problems, "problem"))}${rest}`;
  return `${style.green(hidden === 0 ? "nothing is missing" : "no problem found")}${rest}`;
}
