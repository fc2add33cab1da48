import { z } from "zod";

/*
 * How Kaggle writes values: a field that has its default is left out, 64-bit numbers may come as text, an enum value may
 * be one that is not known here yet.
 */

/** "" where it is left out. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

/** Null where it is left out or empty. */
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === "" ? null : value));

/** 0 where it is left out. */
export const whole = z
  .union([z.number(), z.string().regex(/^-?\d+$/)])
  .nullish()
  .transform((value) => Number(value ?? 0));

/** Null where it is left out or 0, as an id or a version is that was not given. */
export const optionalWhole = whole.transform((value) => (value === 0 ? null : value));

/** False where it is left out. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** `3600s` or `1.500s` to seconds; null where it is left out. */
export const duration = z
  .string()
  .nullish()
  .transform((value) => (value == null ? null : Number.parseFloat(value)));

/** Empty where it is left out. */
export function list<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
}

/** An enum's name in capitals, known or not; the first of `known` where it is left out, as protobuf has it. */
export function enumName<const T extends readonly [string, ...string[]]>(known: T) {
  return z
    .string()
    .nullish()
    .transform((value): T[number] | (string & {}) => value?.toUpperCase() ?? known[0]);
}

/** Every item of a listing that comes in pages. Ends where a page has no new token. */
export async function everyPage<T>(
  read: (pageToken: string) => Promise<{ items: T[]; next: string }>,
  mostPages = 2000,
): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let token = "";
  do {
    seen.add(token);
    const page = await read(token);
    items.push(...page.items);
    token = page.next;
  } while (token !== "" && !seen.has(token) && seen.size < mostPages);
  return items;
}
