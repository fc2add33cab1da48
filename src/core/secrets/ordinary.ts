/** Shorter values are masked where they stand under a secret's name, never wherever their characters come up. */
export const shortestSecret = 8;

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

/** Counts and switches are no secrets, whatever their names. */
export function isCountOrSwitch(value: string): boolean {
  return (
    /^(true|false|yes|no|on|off|none|null)$/i.test(value) ||
    (value.length < 8 && /^\d+(\.\d+)?$/.test(value))
  );
}

/** `/home/me/data`, `./models` */
export function isPath(value: string): boolean {
  return /^(~|\.{1,2})?\/[^\s]*$/.test(value) && /^[\w./~ -]+$/.test(value);
}
