import path from "node:path";
import { operations } from "../../operations/table.ts";
import { shells } from "./completion-scripts.ts";
import type { Field } from "./fields.ts";
import { findOperation, frontOptions } from "./command-words.ts";
import { groups } from "./groups.ts";
import { subcommands } from "./unknown-command.ts";

interface Offer {
  value: string;
  description: string;
}

/** Words to choose from, or the shell's own files or folders. */
type Offers = readonly Offer[] | "files" | "folders";

const commonFlags: Offer[] = [
  { value: "--json", description: "Print one JSON document instead of text" },
  { value: "--cwd", description: "Work as if started in this folder" },
  { value: "--help", description: "Show the help" },
];

/** What may stand in place of the word being typed, after the words before it. */
export async function offersFor(before: readonly string[], current: string): Promise<Offers> {
  if (["-C", "--cwd"].includes(before.at(-1) ?? "")) return "folders";
  const { cwd, words } = frontOptions(before);
  const found = findOperation(words);
  if (found === undefined) return rootOffers(words, current);
  // Only the command that is being typed is loaded.
  const { fieldsOf } = await import("./fields.ts");
  const { loadOperation } = await import("../shared/load-operation.ts");
  const operation = await loadOperation(found.name);
  const below = found.args.length === 0 ? commandsBelow(`${found.name} `) : [];
  const folder = path.resolve(cwd ?? ".");
  const offers = await argumentOffers(fieldsOf(operation), found.args, current, folder);
  return typeof offers === "string"
    ? offers
    : [...(current.startsWith("-") ? [] : below), ...offers];
}

function rootOffers(words: readonly string[], current: string): Offer[] {
  if (words[0] === "completion") return words.length > 1 ? [] : shells.map(plain);
  if (words.length > 0) return words.length > 1 ? [] : commandsBelow(`${words[0]} `);
  if (current.startsWith("-")) {
    return [...commonFlags, { value: "--version", description: "Show the version" }];
  }
  return [
    ...commandsBelow(""),
    ...groups().map((name) => ({ value: name, description: subcommands(name).join(", ") })),
    { value: "completion", description: "Print the completion script" },
    { value: "mcp", description: "Serve every command as an MCP tool" },
  ];
}

/** The commands one word below: `docs ` gives view and add. A word that only leads to commands names them. */
function commandsBelow(start: string): Offer[] {
  const offers = new Map<string, string>();
  for (const [name, { summary }] of Object.entries(operations)) {
    if (!name.startsWith(start)) continue;
    const [word, below] = name.slice(start.length).split(" ");
    const known = offers.get(word!);
    if (below === undefined) offers.set(word!, summary);
    else if (!Object.hasOwn(operations, start + word!)) {
      offers.set(word!, known === undefined ? below : `${known}, ${below}`);
    }
  }
  return [...offers].map(([value, description]) => ({ value, description }));
}

async function argumentOffers(
  fields: readonly Field[],
  args: readonly string[],
  current: string,
  cwd: string,
): Promise<Offers> {
  if (args.includes("--")) return "files";
  const flag = flagOf(fields, args.at(-1) ?? "");
  if (flag !== undefined && flag.kind !== "boolean") return valueOffers(flag, cwd);
  const equals = current.startsWith("--") ? current.indexOf("=") : -1;
  if (equals > 0) return valuesAfterEquals(fields, current.slice(0, equals), cwd);
  if (current.startsWith("-")) return [...fields.flatMap(flagOffers), ...commonFlags];
  const positional = positionalAt(fields, args);
  return positional === undefined ? [] : valueOffers(positional, cwd);
}

async function valuesAfterEquals(
  fields: readonly Field[],
  flag: string,
  cwd: string,
): Promise<Offer[]> {
  const field = flagOf(fields, flag);
  const offers = field === undefined ? [] : await valueOffers(field, cwd);
  if (typeof offers === "string") return [];
  return offers.map(({ value, description }) => ({ value: `${flag}=${value}`, description }));
}

function flagOf(fields: readonly Field[], word: string): Field | undefined {
  return fields.find(
    ({ place, name, short }) =>
      place === "flag" && (word === `--${name}` || (short !== undefined && word === `-${short}`)),
  );
}

/** The positional that comes next after the arguments typed so far. */
function positionalAt(fields: readonly Field[], args: readonly string[]): Field | undefined {
  const positionals = fields.filter(({ place }) => place === "positional");
  const typed = args.filter((word, index) => {
    const flag = flagOf(fields, args[index - 1] ?? "");
    return !word.startsWith("-") && (flag === undefined || flag.kind === "boolean");
  });
  const last = positionals.at(-1);
  return positionals[typed.length] ?? (last?.many ? last : undefined);
}

function flagOffers({ place, kind, name, preset, description }: Field): Offer[] {
  if (place !== "flag") return [];
  const on = { value: `--${name}`, description };
  const off = { value: `--no-${name}`, description: `Turn off: ${description}` };
  if (kind !== "boolean" || preset === false) return [on];
  return preset === true ? [off] : [on, off];
}

async function valueOffers({ choices, completion }: Field, cwd: string): Promise<Offers> {
  if (choices !== undefined) return choices.map(plain);
  if (completion === undefined) return [];
  if (completion === "file") return "files";
  if (completion === "folder") return "folders";
  return (await import("../shared/candidates.ts")).candidates(completion, cwd);
}

function plain(value: string): Offer {
  return { value, description: "" };
}
