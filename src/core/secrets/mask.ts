import { isSecretName } from "./secret-name.ts";

/** What stands in the place of a secret. */
export const mask = "***";

/** Shorter values are masked where they stand under a secret's name, never wherever their characters come up. */
export const shortestSecret = 8;

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
  return known.reduce((all, value) => all.replaceAll(value, () => mask), text);
}

/** Passwords of addresses and of headers. */
function maskStated(text: string): string {
  return text
    .replaceAll(userInfo, (_, start: string) => `${start}:${mask}@`)
    .replaceAll(authorization, (_, start: string) => `${start}${mask}`);
}

/** A value with the texts in it masked, at any depth. */
export function maskValue<T>(value: T, known: readonly string[] = []): T {
  const secret = anySecret(known);
  return masked(value, (text) => (secret.test(text) ? maskText(text, known) : text)) as T;
}

/** Finds in one search whether a text has anything to mask, as few have. */
function anySecret(known: readonly string[]): RegExp {
  const literal = known.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp([userInfo.source, authorization.source, ...literal].join("|"), "i");
}

function masked(value: unknown, maskOne: (text: string) => string): unknown {
  if (typeof value === "string") return maskOne(value);
  if (Array.isArray(value)) return value.map((one) => masked(one, maskOne));
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one, maskOne)]));
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

/** Counts and switches are no secrets, whatever their names. */
function isMaskable(value: unknown): boolean {
  return typeof value === "string" && value !== "" && !isCountOrSwitch(value);
}

export function isCountOrSwitch(value: string): boolean {
  return (
    /^(true|false|yes|no|on|off|none|null)$/i.test(value) ||
    (value.length < 8 && /^\d+(\.\d+)?$/.test(value))
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
