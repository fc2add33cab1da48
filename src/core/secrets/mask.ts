import { isSecretName } from "./secret-name.ts";
import { isCountOrSwitch, isOrdinary } from "./ordinary.ts";
import { allSpellings } from "./spellings.ts";

/** What stands in the place of a secret. */
export const mask = "***";

/** `://user:password@`. It begins with what is rare, so that no text takes long to search. */
const userInfo = /(:\/\/[^\s:/@"']*):([^\s/@"']+)@/g;
/** `Authorization: Bearer X` */
const authorization =
  /(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[A-Za-z0-9._~+/-]{8,}=*/gi;

/** A text with the secrets in it masked: those known, and what stands in it as one. */
export function maskText(text: string, known: readonly string[] = []): string {
  return maskKnown(maskStated(text), known);
}

function maskKnown(text: string, known: readonly string[]): string {
  return allSpellings(known).reduce((all, value) => all.replaceAll(value, () => mask), text);
}

/** Passwords of addresses and of headers. */
function maskStated(text: string): string {
  return text
    .replaceAll(userInfo, (_, start: string) => `${start}:${mask}@`)
    .replaceAll(authorization, (_, start: string) => `${start}${mask}`);
}

/**
 * A value with the texts in it masked, at any depth. So are its keys, but for words: a password that is one may be the
 * name of a field.
 */
export function maskValue<T>(value: T, known: readonly string[] = []): T {
  const secret = anySecret(known);
  const inKeys = known.filter((one) => !isOrdinary(one));
  return masked(
    value,
    (text) => (secret.test(text) ? maskText(text, known) : text),
    (key) => (secret.test(key) ? maskKnown(key, inKeys) : key),
  ) as T;
}

/** Finds in one search whether a text has anything to mask, as few have. */
function anySecret(known: readonly string[]): RegExp {
  const literal = allSpellings(known).map((value) =>
    value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&"),
  );
  return new RegExp([userInfo.source, authorization.source, ...literal].join("|"), "i");
}

type Mask = (text: string) => string;

function masked(value: unknown, maskOne: Mask, maskKey: Mask): unknown {
  if (typeof value === "string") return maskOne(value);
  if (Array.isArray(value)) return value.map((one) => masked(one, maskOne, maskKey));
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [maskKey(key), masked(one, maskOne, maskKey)]),
  );
}

/** A configuration with the values under secrets' names masked, at any depth. */
export function maskConfig(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      isSecretName(key) && isMaskable(value) ? mask : maskedBelow(value),
    ]),
  );
}

function maskedBelow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskedBelow);
  if (typeof value === "string") return maskStated(value);
  return typeof value === "object" && value !== null
    ? maskConfig(value as Record<string, unknown>)
    : value;
}

function isMaskable(value: unknown): boolean {
  return typeof value === "string" && value !== "" && !isCountOrSwitch(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
