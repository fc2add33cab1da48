import { RootCommand, script } from "@bomb.sh/tab";
import type { Completion, Operation } from "../operations/operation.ts";
import { operations } from "../operations/table.ts";
import { candidates } from "../operations/candidates.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { findOperation } from "./main-command.ts";
import { usageError } from "./usage-error.ts";

const shells = ["bash", "zsh", "fish"];
type Offer = { value: string; description: string };

/** `crossfold completion bash`: the script that a shell sources. */
export function printCompletion([shell = ""]: readonly string[]): number {
  if (!shells.includes(shell)) {
    throw usageError(
      shell === "" ? "which shell?" : `no completion for '${shell}'`,
      "",
      `crossfold completion ${shells.join(", ")}; for bash: eval "$(crossfold completion bash)"`,
    );
  }
  script(shell, "crossfold", "crossfold");
  return 0;
}

/** The hidden command the script calls: `complete -- <words>`. Whatever is wrong, it only offers less. */
export async function complete(args: readonly string[]): Promise<number> {
  const words = args[0] === "--" ? args.slice(1) : [...args];
  const root = new RootCommand();
  for (const [name, { summary }] of Object.entries(operations)) root.command(name, summary);
  root.command("completion", "Print the completion script").argument("shell", (offer) => {
    for (const shell of shells) offer(shell, "");
  });
  await addFields(root, words).catch(() => {});
  root.parse([...words]);
  return 0;
}

/** Flags and arguments of the command being typed; no other is loaded. */
async function addFields(root: RootCommand, words: readonly string[]): Promise<void> {
  const found = findOperation(words);
  if (found === undefined) return;
  const operation = (await operations[found.name].load()) as unknown as Operation;
  const command = root.commands.get(found.name)!;
  for (const field of fieldsOf(operation)) {
    const offers = await offersFor(field);
    const handler = (offer: (value: string, description: string) => void): void => {
      for (const { value, description } of offers) offer(value, description);
    };
    if (field.place === "positional") command.argument(field.name, handler, field.many);
    else if (field.place === "flag") addFlag(command, field, handler);
  }
  command.option("json", "Print one JSON document in place of text");
  command.option("help", "Show the help", "h");
}

function addFlag(
  command: ReturnType<RootCommand["command"]>,
  field: Field,
  handler: (offer: (value: string, description: string) => void) => void,
): void {
  if (field.kind !== "boolean") {
    command.option(field.name, field.description, handler, field.short);
  } else if (field.preset === true) command.option(`no-${field.name}`, field.description);
  else if (field.short === undefined) command.option(field.name, field.description);
  else command.option(field.name, field.description, field.short);
}

async function offersFor(field: Field): Promise<Offer[]> {
  if (field.choices !== undefined) {
    return field.choices.map((value) => ({ value, description: "" }));
  }
  return field.completion === undefined ? [] : candidates(field.completion satisfies Completion);
}
