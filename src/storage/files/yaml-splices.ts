import { isScalar, stringify, type YAMLMap } from "yaml";

/** A piece of a text to be put in another's place. */
export interface Splice {
  from: number;
  to: number;
  text: string;
}

/** A value on one line. */
export function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
}

/** The text with the pieces in their places. */
export function splice(text: string, changes: Splice[]): string {
  return changes
    .toSorted((a, b) => b.from - a.from)
    .reduce((whole, { from, to, text: put }) => whole.slice(0, from) + put + whole.slice(to), text);
}

/** A scalar's value in its place; nothing where it is no scalar or has the value already. */
export function setValue(item: { value?: unknown }, value: string | number | boolean): Splice[] {
  if (!isScalar(item.value) || item.value.range == null || item.value.value === value) return [];
  return [
    { from: item.value.range[0], to: item.value.range[1], text: flow([value]).slice(1, -1).trim() },
  ];
}

/** New keys after a map's last, in the map's style. */
export function append(text: string, map: YAMLMap, added: [string, unknown][]): Splice[] {
  if (added.length === 0) return [];
  const last = map.items.at(-1)!;
  const lastValue = (last.value ?? last.key) as { range: [number, number, number] };
  const pairs = added.map(([key, value]) => flow({ [key]: value }).replace(/^\{ ?| ?\}$/g, ""));
  if (map.flow === true)
    return [
      {
        from: lastValue.range[1],
        to: lastValue.range[1],
        text: pairs.map((pair) => `, ${pair}`).join(""),
      },
    ];
  const first = (map.items[0]!.key as { range: [number, number, number] }).range[0];
  const indent = text.slice(text.lastIndexOf("\n", first - 1) + 1, first);
  const line = text.indexOf("\n", lastValue.range[1]);
  const windows = text[line - 1] === "\r";
  const at = line === -1 ? text.length : line - (windows ? 1 : 0);
  return [
    {
      from: at,
      to: at,
      text: pairs.map((pair) => `${windows ? "\r\n" : "\n"}${indent}${pair}`).join(""),
    },
  ];
}
