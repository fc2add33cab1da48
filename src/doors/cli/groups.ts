import { operations } from "../../operations/table.ts";
import { pad } from "../text/table.ts";

/** First words that are no command alone: `data` of data push and data pull. */
export function groups(): string[] {
  const firsts = Object.keys(operations).map((name) => name.split(" ")[0]!);
  return [...new Set(firsts)].filter((first) => !Object.hasOwn(operations, first));
}

/** The commands of a group, a line each. */
export function groupHelp(group: string): string {
  const entries = Object.entries(operations).filter(([name]) => name.startsWith(`${group} `));
  const width = Math.max(...entries.map(([name]) => name.length)) + 2;
  return entries.map(([name, { summary }]) => `crossfold ${pad(name, width)}${summary}`).join("\n");
}
