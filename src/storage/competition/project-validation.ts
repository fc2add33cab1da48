import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from "yaml";
import type { Project } from "../../core/competition/project.ts";
import { parseProject } from "./project-file.ts";
import { append, flow, setValue, splice, type Splice } from "../files/yaml-splices.ts";

type Validation = Project["validation"];
/** `validation: { strategy: KFold, n_splits: 5, seed: 42 }`, as project.yml holds it. */
export function validationLine(validation: Validation): string {
  return `validation: ${flow(validation)}`;
}

/**
 * The text of a project.yml with another validation. Comments and every byte that need not change stay. Throws a
 * UserError where the text is no project.yml.
 */
export function withValidation(text: string, validation: Validation, file: string): string {
  parseProject(text, file);
  const wanted = flow(validation);
  const careful = splice(text, keyByKey(text, validation));
  if (holds(careful, wanted, file)) return careful;
  return splice(text, wholeValue(text, validation));
}

function holds(text: string, wanted: string, file: string): boolean {
  try {
    const { validation } = parseProject(text, file);
    const keys = Object.keys(validation) as (keyof Validation)[];
    const target = JSON.parse(JSON.stringify(parseDocument(wanted).toJS())) as Validation;
    return (
      keys.length === Object.keys(target).length &&
      keys.every((key) => validation[key] === target[key])
    );
  } catch {
    return false;
  }
}

function pairOf(text: string): Pair | undefined {
  const { contents } = parseDocument(text, { keepSourceTokens: true });
  if (!isMap(contents)) return undefined;
  return contents.items.find(({ key }) => isScalar(key) && key.value === "validation") as
    | Pair
    | undefined;
}

/** Each value in its place, new keys at the end, keys that are no more taken out. */
function keyByKey(text: string, validation: Validation): Splice[] {
  const map = pairOf(text)?.value;
  if (!isMap(map) || map.items.length === 0) return wholeValue(text, validation);
  const there = new Set<string>();
  const changes = map.items.flatMap((item) => {
    const key = String(isScalar(item.key) ? item.key.value : item.key);
    there.add(key);
    const value = validation[key as keyof Validation];
    return value === undefined ? [] : setValue(item, value);
  });
  const gone = map.items.filter(
    ({ key }) =>
      validation[String(isScalar(key) ? key.value : key) as keyof Validation] === undefined,
  );
  const added = Object.entries(validation).filter(
    ([key, value]) => !there.has(key) && value !== undefined,
  );
  return [
    ...changes,
    ...gone.map((item) => remove(text, map as YAMLMap, item as Pair)),
    ...append(text, map as YAMLMap, added),
  ];
}

/** In flow style the key with the comma before it, in block style its line. */
function remove(text: string, map: YAMLMap, item: Pair): Splice {
  const key = item.key as { range: [number, number, number] };
  const value = item.value as { range?: [number, number, number] } | null;
  const end = value?.range?.[1] ?? key.range[1];
  if (map.flow !== true) {
    const from = text.lastIndexOf("\n", key.range[0] - 1) + 1;
    const next = text.indexOf("\n", end);
    return { from, to: next === -1 ? text.length : next + 1, text: "" };
  }
  const comma = text.lastIndexOf(",", key.range[0]);
  if (comma > map.range![0]) return { from: comma, to: end, text: "" };
  const after = /^\s*,\s*/.exec(text.slice(end))?.[0].length ?? 0;
  return { from: key.range[0], to: end + after, text: "" };
}

/** The value as one flow map; the key too where there is none. */
function wholeValue(text: string, validation: Validation): Splice[] {
  const value = pairOf(text)?.value as { range?: [number, number, number] } | null | undefined;
  if (value?.range != null && value.range[1] > value.range[0]) {
    const [from, to] = value.range;
    const trailing = /\s*$/.exec(text.slice(from, to))![0];
    return [{ from, to, text: flow(validation) + trailing }];
  }
  const at = text.length;
  const lead = text === "" || text.endsWith("\n") ? "" : "\n";
  return [{ from: at, to: at, text: `${lead}${validationLine(validation)}\n` }];
}
