import { counted } from "../../core/counted.ts";
import type { InfraCheckOutput } from "../../operations/setup/infra-check.ts";
import { pad } from "./table.ts";
import type { Style } from "./style.ts";

type Item = InfraCheckOutput["items"][number];

export function renderInfraCheck(result: InfraCheckOutput, style: Style): string {
  const { items, project, region, machine } = result;
  const where = [project, region, machine].filter((part) => part !== null).join(", ");
  const widest = Math.max(...items.map(({ name }) => name.length));
  return [
    style.bold(`Vertex AI: ${where}`),
    ...items.map((item) => line(item, widest + 2, style)),
    "",
    summary(items, style),
  ].join("\n");
}

function line({ name, state, detail, how }: Item, width: number, style: Style): string {
  const color = { ok: style.green, problem: style.red, unknown: style.yellow }[state];
  const text = `  ${pad(color(state), 9)}${pad(name, width)}${detail}`;
  return how === null ? text : `${text}\n${" ".repeat(11 + width)}${style.cyan(how)}`;
}

function summary(items: readonly Item[], style: Style): string {
  const many = (state: Item["state"]) => items.filter((item) => item.state === state).length;
  const problems = many("problem");
  const hidden = many("unknown");
  const rest = hidden === 0 ? "" : `, ${hidden} not known`;
  if (problems > 0) return `${style.red(counted(problems, "problem"))}${rest}`;
  return `${style.green("nothing is missing")}${rest}`;
}
