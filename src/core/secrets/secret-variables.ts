import { mask } from "./mask.ts";
import { isCountOrSwitch, isOrdinary, isPath, shortestSecret } from "./ordinary.ts";
import { isSecretName } from "./secret-name.ts";
import { longestFirst } from "./spellings.ts";

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
      if (named || (isOwn && !isOrdinary(value))) found.push(...linesOf(value));
    }
  }
  return longestFirst(found.filter((value) => value.length >= shortestSecret && value !== mask));
}

/** A value of many lines is printed line by line, too. */
function linesOf(value: string): string[] {
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

function passwordsIn(value: string): string[] {
  return [...value.matchAll(/:\/\/([^\s:/@]*):([^\s/@]+)@/g)].map(([, user = "", password = ""]) =>
    password.length >= shortestSecret ? password : `${user}:${password}@`,
  );
}
