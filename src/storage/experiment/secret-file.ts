import { stat } from "node:fs/promises";
import { hasSecretName, holdsCredentials } from "../../core/experiment/shipped-files.ts";
import { readTextIfAny } from "../files/read-text.ts";

/** Larger files are data, not credentials. */
const mostBytes = 100_000;

/** Why a file is taken for a secret, by its name or by what it holds; undefined where it is not. A folder never is. */
export async function secretReason(file: string): Promise<string | undefined> {
  const facts = await stat(file).catch(() => undefined);
  if (facts?.isDirectory()) return undefined;
  if (hasSecretName(file)) return "named like a secret";
  return (await holdsSecret(file, facts?.size ?? 0))
    ? "holds a private key or credentials"
    : undefined;
}

/** Code may name a key's beginning or a credential's field; what is written in it, git has too. */
async function holdsSecret(file: string, size: number): Promise<boolean> {
  if (size === 0 || size > mostBytes || /\.(py|ipynb|lock)$/.test(file)) return false;
  return holdsCredentials((await readTextIfAny(file)) ?? "");
}
