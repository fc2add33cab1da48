import { isMap, isScalar, type Document, type Pair, parseDocument, type YAMLMap } from "yaml";
import { parseProject } from "./project-file.ts";
import { append, flow, setValue, splice, type Splice } from "../files/yaml-splices.ts";

export type ScalarValue = string | number | boolean;
type Value = ScalarValue | readonly string[];

/** A value of project.yml and where it stands: one key, or a key in a section. */
export interface ProjectSetting<V extends Value = Value> {
  path: readonly [string] | readonly [string, string];
  value: V;
}

/**
 * The text of a project.yml with these values. Comments and every byte that need not change stay. Throws a UserError where
 * the text is no project.yml, before or after.
 */
export function withSettings(
  text: string,
  settings: readonly ProjectSetting[],
  file: string,
): string {
  parseProject(text, file);
  const changed = settings.reduce((now, { path, value }) => withSetting(now, path, value), text);
  parseProject(changed, file);
  return changed;
}

function withSetting(text: string, path: ProjectSetting["path"], value: Value): string {
  const document = parseDocument(text, { keepSourceTokens: true });
  const careful = splice(text, splicesFor(text, document, path, value));
  const after = parseDocument(careful);
  if (after.errors.length === 0 && holds(after.getIn(path), value)) return careful;
  document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}

function holds(node: unknown, value: Value): boolean {
  return JSON.stringify(node) === JSON.stringify(value);
}

function splicesFor(
  text: string,
  { contents }: Document,
  [key, inner]: ProjectSetting["path"],
  value: Value,
): Splice[] {
  if (!isMap(contents)) return [];
  const pair = pairOf(contents, key);
  if (inner === undefined) {
    if (pair === undefined) return atEnd(text, { [key]: value });
    return typeof value === "object" ? [] : setValue(pair, value);
  }
  if (pair === undefined) return atEnd(text, { [key]: { [inner]: value } });
  const map = pair.value;
  if (!isMap(map)) return [];
  const found = pairOf(map, inner);
  if (found !== undefined) return typeof value === "object" ? [] : setValue(found, value);
  if (map.items.length > 0) return append(text, map as YAMLMap, [[inner, value]]);
  const [from, to] = map.range!;
  return [{ from, to, text: flow({ [inner]: value }) }];
}

function pairOf(map: { items: unknown[] }, key: string): Pair | undefined {
  return (map.items as Pair[]).find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function atEnd(text: string, pair: Record<string, unknown>): Splice[] {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lead = text === "" || text.endsWith("\n") ? "" : newline;
  const line = flow(pair).replace(/^\{ ?| ?\}$/g, "");
  return [{ from: text.length, to: text.length, text: `${lead}${line}${newline}` }];
}
