import { isSecretName } from "./secret-name.ts";
import { isCountOrSwitch, isOrdinary } from "./ordinary.ts";
import { allSpellings } from "./spellings.ts";

/** What stands in the place of a secret. */
export const mask = "***";

const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*):([^\s/@"']+)@/gi;
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
  const inKeys = known.filter((one) => !isOrdinary(one));
  return masked(value, known, inKeys) as T;
}

function masked(value: unknown, known: readonly string[], inKeys: readonly string[]): unknown {
  if (typeof value === "string") return maskText(value, known);
  if (Array.isArray(value)) return value.map((one) => masked(one, known, inKeys));
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [maskKnown(key, inKeys), masked(one, known, inKeys)]),
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
