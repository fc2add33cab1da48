import { Argument, Command, CommanderError, Option } from "commander";
import type { Operation } from "../../operations/operation.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { checkInput } from "./input.ts";
import { subcommands, unknownCommand } from "./unknown-command.ts";
import { fromCommander } from "./usage-error.ts";

/** What was typed after a command's name. */
export interface Typed {
  help: boolean;
  json: boolean;
  /** `-C`: the folder to work in. */
  cwd: string | undefined;
  input: Record<string, unknown>;
}

/** A command's arguments, checked against its operation's schema. Throws a UserError for wrong usage. */
export function parseArguments(operation: Operation, name: string, args: readonly string[]): Typed {
  const fields = fieldsOf(operation);
  const passthrough = fields.find((field) => field.place === "passthrough");
  const [own, rest] = passthrough === undefined ? [args, undefined] : splitAtDashes(args);
  if (own.includes("--help") || own.includes("-h")) {
    return { help: true, json: false, cwd: undefined, input: {} };
  }
  const command = buildCommand(operation, name, fields);
  parse(command, name, own);
  const { json = false, cwd } = command.opts<Partial<Typed>>();
  const given = typedValues(command, fields);
  if (passthrough !== undefined && rest !== undefined) given[passthrough.key] = rest;
  return { help: false, json, cwd, input: checkInput(operation, name, fields, given) };
}

/** Everything up to the first `--`, and everything after it as it was typed. */
function splitAtDashes(args: readonly string[]): [readonly string[], string[] | undefined] {
  const at = args.indexOf("--");
  return at === -1 ? [args, undefined] : [args.slice(0, at), args.slice(at + 1)];
}

/** The commander command of an operation: it parses, suggests and lays out the help; zod checks the values. */
export function buildCommand(
  operation: Operation,
  name: string,
  fields = fieldsOf(operation),
): Command {
  const command = new Command(`crossfold ${name}`)
    .description(operation.description)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} })
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(false);
  for (const field of fields) {
    if (field.place === "positional") command.addArgument(argumentFor(field));
    if (field.place === "flag") for (const option of optionsFor(field)) command.addOption(option);
  }
  return addCommonOptions(command);
}

function addCommonOptions(command: Command): Command {
  return command
    .option("--json", "Print one JSON document instead of text")
    .option("-C, --cwd <folder>", "Work as if started in this folder")
    .option("-h, --help", "Show this help");
}

function argumentFor(field: Field): Argument {
  const inside = field.many ? `${field.name}...` : field.name;
  const argument = new Argument(field.required ? `<${inside}>` : `[${inside}]`, field.description);
  if (field.choices !== undefined) argument.argChoices = [...field.choices];
  if (isShown(field.preset)) argument.default(field.preset);
  return argument;
}

/** One flag, or `--x` and `--no-x` for a switch whose absence means neither. */
function optionsFor(field: Field): Option[] {
  if (field.kind !== "boolean") return [valueOption(field)];
  const on = new Option(`${shortPart(field)}--${field.name}`, field.description);
  const off = new Option(
    `${field.preset === true ? shortPart(field) : ""}--no-${field.name}`,
    `Turn off: ${field.description}`,
  );
  if (field.preset === false) return [on];
  return field.preset === true ? [off] : [on, off];
}

function valueOption(field: Field): Option {
  const value = field.kind === "number" ? "number" : field.choices ? "choice" : metavar(field);
  const option = new Option(`${shortPart(field)}--${field.name} <${value}>`, field.description);
  if (field.many) option.argParser((text, earlier: unknown) => [...asList(earlier), text]);
  if (field.choices !== undefined) option.argChoices = [...field.choices];
  if (isShown(field.preset)) option.default(field.preset);
  return option;
}

function shortPart(field: Field): string {
  return field.short === undefined ? "" : `-${field.short}, `;
}

function metavar(field: Field): string {
  return field.completion ?? "text";
}

function isShown(preset: unknown): boolean {
  return preset !== undefined && preset !== "" && !(Array.isArray(preset) && preset.length === 0);
}

function asList(earlier: unknown): unknown[] {
  return Array.isArray(earlier) ? earlier : [];
}

/** Lets commander read the words; what it refuses becomes a usage error in our form. */
function parse(command: Command, name: string, words: readonly string[]): void {
  try {
    command.parse([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const stray = command.args[0];
    const isCommand = error.code === "commander.excessArguments" && subcommands(name).length > 0;
    throw isCommand && stray !== undefined
      ? unknownCommand(name, stray)
      : fromCommander(error, name);
  }
}

/** What was typed, by input key; keys not given are left out, so that the schema's own defaults hold. */
function typedValues(command: Command, fields: readonly Field[]): Record<string, unknown> {
  const positionals = fields.filter((field) => field.place === "positional");
  const given: Record<string, unknown> = {};
  for (const [index, field] of positionals.entries()) {
    const value: unknown = command.processedArgs[index];
    if (value !== undefined && command.args.length > index) given[field.key] = value;
  }
  for (const field of fields) {
    if (field.place !== "flag") continue;
    const attribute = new Option(`--${field.name} <x>`).attributeName();
    if (command.getOptionValueSource(attribute) !== "cli") continue;
    given[field.key] = command.getOptionValue(attribute);
  }
  return given;
}
