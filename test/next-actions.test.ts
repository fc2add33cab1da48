import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseAst } from "vitest/node";
import { beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../src/operations/operation.ts";
import { isOperationName, operationNames, operations } from "../src/operations/table.ts";
import { packageRoot } from "../src/package-root.ts";

/** A part of the syntax tree, as far as it is looked at here. */
interface Node {
  type: string;
  [key: string]: unknown;
}

const known = new Map<string, Operation>();
beforeAll(async () => {
  for (const name of operationNames) known.set(name, await operations[name].load());
});

/** What is wrong with the next actions in a source: names and inputs that no operation has, commands in sentences. */
function wrongActions(file: string, source: string): string[] {
  const nodes = nodesOf(parseAst(source, { lang: "ts" }) as unknown as Node);
  const problems = [nodes.flatMap(wrongCall), nodes.flatMap(commandInSentence)].flat();
  return problems.map((problem) => `${file}: ${problem}`);
}

/** `{ operation, input, why }` is a call wherever it stands: its parts must be readable here, and right. */
function wrongCall(node: Node): string[] {
  if (node.type !== "ObjectExpression") return [];
  const parts = propertiesOf(node);
  if (!["operation", "input", "why"].every((key) => parts.has(key))) return [];
  const name = literal(parts.get("operation")!);
  if (typeof name !== "string") return ["the operation is no literal name"];
  const operation = known.get(name);
  if (operation === undefined) return [`there is no operation ${name}`];
  const given = inputsOf(parts.get("input")!);
  if (given === undefined) return [`the input of ${name} is no literal object`];
  return given.flatMap(([key, value]) => wrongInput(name, operation, key, value));
}

function wrongInput(name: string, operation: Operation, key: string, node: Node): string[] {
  const schema = operation.input.shape[key];
  if (schema === undefined) return [`${name} has no input ${key}`];
  const value = literal(node);
  const refused = value !== undefined && !schema.safeParse(value).success;
  return refused ? [`${name} does not take ${JSON.stringify(value)} for ${key}`] : [];
}

/** What a door could spell must not stand in a sentence as a command line, nor be one. */
function commandInSentence(node: Node): string[] {
  const isWhole = /^crossfold (\w+)/.exec(textOf(node))?.[1];
  if (isWhole !== undefined && operationNames.some((name) => name.startsWith(isWhole)))
    return [`a command line in place of a call: ${textOf(node)}`];
  const named = { Property: "key", VariableDeclarator: "id" }[node.type];
  const name = named === undefined ? undefined : (node[named] as Node).name;
  if (name !== "next" && name !== "how") return [];
  return nodesOf((node.value ?? node.init) as Node)
    .map(textOf)
    .filter((text) => /.\bcrossfold [a-z]/.test(text))
    .map((text) => `a command line in a sentence: ${text}`);
}

function textOf(node: Node): string {
  if (node.type === "TemplateElement") return (node.value as { raw: string }).raw;
  const value = literal(node);
  return typeof value === "string" ? value : "";
}

/** The keys of an object with their values, through spreads and both sides of a condition. */
function inputsOf(node: Node): [string, Node][] | undefined {
  if (node.type === "ConditionalExpression") {
    const sides = [inputsOf(node.consequent as Node), inputsOf(node.alternate as Node)];
    return sides.includes(undefined) ? undefined : sides.flatMap((side) => side!);
  }
  if (node.type !== "ObjectExpression") return undefined;
  const own = [...propertiesOf(node)];
  const spread = (node.properties as Node[])
    .filter(({ type }) => type === "SpreadElement")
    .map(({ argument }) => inputsOf(argument as Node));
  return spread.includes(undefined) ? undefined : [...own, ...spread.flatMap((one) => one!)];
}

function propertiesOf(node: Node): Map<string, Node> {
  const own = (node.properties as Node[]).filter(({ type }) => type === "Property");
  return new Map(
    own.map(({ key, value }) => {
      const { name, value: text } = key as Node;
      return [String(name ?? text), value as Node];
    }),
  );
}

/** The value of a literal or of a list of them; undefined for anything that is known only when it runs. */
function literal(node: Node): unknown {
  if (node.type === "Literal") return node.value;
  if (node.type !== "ArrayExpression") return undefined;
  const values = (node.elements as Node[]).map(literal);
  return values.includes(undefined) ? undefined : values;
}

function nodesOf(node: Node): Node[] {
  const below = Object.values(node).flat().filter(isNode).flatMap(nodesOf);
  return [node, ...below];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Its refusal lists what a terminal would have asked, as lines to choose from. */
const offersLines = "choose-target.ts";

function sources(): string[] {
  const src = path.join(packageRoot(), "src");
  return readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
    (file) =>
      file.endsWith(".ts") &&
      !/(\.test|next-action)\.ts$/.test(file) &&
      !file.endsWith(offersLines),
  );
}

test("every next action names an operation that is there, with inputs that it takes", () => {
  const texts = sources().map(
    (file) => [file, readFileSync(path.join(packageRoot(), "src", file), "utf8")] as const,
  );
  // Most files name none; parsing them all would take seconds.
  const naming = texts.filter(([, text]) => /\boperation: "|\b(next|how)\b/.test(text));
  expect(naming.length).toBeGreaterThan(50);
  expect(naming.flatMap(([file, text]) => wrongActions(file, text))).toEqual([]);
});

describe("the rule", () => {
  const cases: [string, string | undefined][] = [
    ['{ operation: "train", input: { experiment, on: "local" }, why: "" }', undefined],
    ['{ operation: "new", input: { ...(from ? { from } : {}) }, why }', undefined],
    ['{ operation: "trian", input: {}, why: "" }', "there is no operation trian"],
    ['{ operation: "train", input: { experimnt: 1 }, why: "" }', "train has no input experimnt"],
    ['{ operation: "new", input: { ...(a ? { form: a } : {}) }, why }', "new has no input form"],
    ['{ operation: "train", input: { on: "moon" }, why: "" }', 'train does not take "moon" for on'],
    ['{ operation: name, input: {}, why: "" }', "the operation is no literal name"],
    ['{ operation: "train", input: all, why: "" }', "the input of train is no literal object"],
    ['[...steps, "crossfold wait x"]', "a command line in place of a call: crossfold wait x"],
    ["{ next: `then crossfold wait ${id}` }", "a command line in a sentence: then crossfold wait "],
    ['{}; const how = "or crossfold wait"', "a command line in a sentence: or crossfold wait"],
    ['{ next: "wait for it" }', undefined],
  ];

  test.each(cases)("%s", (source, problem) => {
    expect(wrongActions("a.ts", `const a = ${source};`)).toEqual(
      problem === undefined ? [] : [`a.ts: ${problem}`],
    );
  });

  test("knows a name of the table", () => {
    expect(isOperationName("plan add")).toBe(true);
    expect(isOperationName("toString")).toBe(false);
  });
});
