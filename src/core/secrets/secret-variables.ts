import { isCountOrSwitch, mask, shortestSecret } from "./mask.ts";
import { longestFirst } from "./secret-arguments.ts";
import { isSecretName } from "./secret-name.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The values that are masked wherever they come up, the longest first: of `.env` all but short and ordinary ones
 * (`isOrdinary`), of the shell's environment those under a secret's name, of addresses their passwords.
 */
export function secretVariables(dotEnv: Variables, shell: Variables): string[] {
  const found: string[] = [];
  for (const [variables, isOwn] of [
    [dotEnv, true],
    [shell, false],
  ] as const) {
    for (const [name, value = ""] of Object.entries(variables)) {
      found.push(...passwordsIn(value));
      const named = isSecretName(name) && !isCountOrSwitch(value) && !isPathVariable(name, value);
      if (named || (isOwn && !isOrdinary(value))) found.push(...spellings(value));
    }
  }
  return longestFirst(found.filter((value) => value.length >= shortestSecret && value !== mask));
}

/** A value of many lines is printed line by line, too. */
function spellings(value: string): string[] {
  const lines = value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("-----"));
  return [value, ...(lines.length > 1 ? lines : [])];
}

/** `GOOGLE_APPLICATION_CREDENTIALS=/home/me/key.json` */
function isPathVariable(name: string, value: string): boolean {
  return /(CREDENTIALS|FILE|PATH|DIR)$/i.test(name) && isPath(value);
}

function isPath(value: string): boolean {
  return /^(~|\.{1,2})?\/[^\s]*$/.test(value) && /^[\w./~ -]+$/.test(value);
}

function passwordsIn(value: string): string[] {
  return [...value.matchAll(/:\/\/([^\s:/@]*):([^\s/@]+)@/g)].map(([, user = "", password = ""]) =>
    password.length >= shortestSecret ? password : `${user}:${password}@`,
  );
}

/** Beginnings by which services mark their keys. */
const keyPrefix =
  /^(sk|pk|rk|whsec|ghp|gho|ghs|ghu|github_pat|glpat|hf|xox[abeprs]|npm|pypi|dop_v1|KGAT|SG)[-_.]|^(AKIA|ASIA|AIza|ya29\.|eyJ)/;

/**
 * Whether a value under an ordinary name may be shown: a number, a switch, a path, an address, a name of words and numbers
 * (`house-prices-2024`, `us-east-1`). Letters and digits that make no words are taken for a key.
 */
export function isOrdinary(value: string): boolean {
  if (value.length < shortestSecret || isCountOrSwitch(value) || /^[-+]?[\d.,_eE+-]+$/.test(value))
    return true;
  if (keyPrefix.test(value) || value.includes("\n")) return false;
  if (isPath(value) || /^[a-z][a-z0-9+.-]*:\/\/[^\s@]*$/i.test(value)) return true;
  return value.split(/[\s\-_.:/,@=+]+/).every((part) => /^\p{L}{0,24}\d{0,12}$/u.test(part));
}
