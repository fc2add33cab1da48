import { isObject } from "../exchange.ts";
import { invalid } from "../google-problem.ts";

type Mask = Map<string, Mask>;

/** A partial response: `items(name,size),nextPageToken` or `items/name`; all of it without a mask. */
export function pickFields(value: unknown, fields: string | null): unknown {
  if (fields === null || fields === "") return value;
  return pick(value, parseMask(fields));
}

function pick(value: unknown, mask: Mask): unknown {
  if (mask.size === 0 || mask.has("*")) return value;
  if (Array.isArray(value)) return value.map((one) => pick(one, mask));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => mask.has(name));
  return Object.fromEntries(
    kept.map(([name, one]) => [name, pick(one, mask.get(name) ?? new Map())]),
  );
}

function parseMask(text: string): Mask {
  const top: Mask = new Map();
  const stack: Mask[] = [top];
  let at: Mask = top;
  let base: Mask = top;
  for (const word of text.match(/[(),/]|[^(),/\s]+/g) ?? []) {
    if (word === "(") {
      stack.push(base);
      base = at;
    } else if (word === ")") {
      base = stack.pop() ?? top;
      if (stack.length === 0) throw invalid(`Invalid field selection ${text}`);
    } else if (word === ",") at = base;
    else if (word !== "/") at = enter(at, word);
  }
  return top;
}

function enter(mask: Mask, name: string): Mask {
  const inner = mask.get(name) ?? new Map();
  mask.set(name, inner);
  return inner;
}
