import { experimentNamePattern } from "./experiment.ts";

/** Top folders of a workspace that no training script reads, or that reach it by another way than the archive. */
const notShared = new Set([
  "artifacts",
  "backlog",
  "data",
  "deps",
  "docker",
  "mlruns",
  "templates",
  "venv",
]);
/** Folders that are made by running, at any depth. */
const made = new Set(["artifacts", "__pycache__", "node_modules"]);
const notSharedFile = /\.(ipynb|md|pyc)$|^mlflow\.db|^Taskfile\.ya?ml$/;
/** What is code or settings beside project.yml, where many a competition's data files lie, too. */
const topFile = /\.(py|ya?ml|toml|json|cfg|ini|lock)$/;

/**
 * Whether a file, by its path relative to the workspace, is code that experiments share. Hidden files never are: they
 * hold settings of tools, and `.env`.
 */
export function isSharedCode(name: string): boolean {
  const parts = name.split("/");
  const base = parts.at(-1)!;
  if (parts.some((part) => part.startsWith(".") || made.has(part))) return false;
  if (parts.length > 1 && notShared.has(parts[0]!)) return false;
  if (parts[0] === "models" && parts.length > 2 && experimentNamePattern.test(parts[1]!)) {
    return false;
  }
  return !notSharedFile.test(base) && (parts.length > 1 || topFile.test(base));
}

/** Names that tools give to files of keys and passwords. */
const secretNames = [
  String.raw`\.env(rc|\..*)?|.*\.env`,
  String.raw`[._]netrc|\.npmrc|\.pypirc|\.git-credentials|\.htpasswd|\.boto|\.dockercfg`,
  String.raw`kaggle\.json|(application_default_)?credentials(\.json)?|client_secret.*\.json`,
  String.raw`service[-_]?account.*\.json|secrets?\.(json|ya?ml|toml|ini|txt)`,
  String.raw`(.*[-_.])?token(\.(txt|json))?`,
  String.raw`id_(rsa|dsa|ecdsa|ed25519).*`,
  String.raw`.*\.(pem|key|p12|pfx|p8|jks|keystore|ppk|kdbx)`,
];
const secretName = new RegExp(`^(${secretNames.join("|")})$`, "i");
/** What is meant to be shown to others: which variables there are, without their values. */
const exampleName = /^\.env\.(example|sample|template|dist)$/i;

/** Whether a file by that name is taken for a secret whatever it holds. */
export function hasSecretName(name: string): boolean {
  const base = name.slice(name.lastIndexOf("/") + 1);
  return secretName.test(base) && !exampleName.test(base);
}

/** Keys that JSON of credentials has: a service account's, a signed-in user's. */
const credentialKeys = /"(private_key|private_key_id|client_secret|refresh_token)"\s*:/;

/** Whether text is that of credentials: a private key, a service account's or a user's JSON. */
export function holdsCredentials(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) || credentialKeys.test(text);
}
