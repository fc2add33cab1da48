/** Words of a name whose value is a secret. The harness's masking.py has these patterns too. */
export const secretWords =
  /(^|_)(passwords?|passwd|passphrase|pwd|secrets?|tokens?|credentials?|bearer|authorization|webhook|dsn|api_?keys?|(access|private|secret|signing|encryption|account|auth|master|license)_?keys?)(_|$)/;
/** Tokens of texts and of models, and what only says where a secret lies. */
export const ordinaryWords =
  /(^|_)(pad|unk|cls|sep|mask|bos|eos|stop|special|extra|image|prompt|num|n|max|min|new|per|total|use|tied)_tokens?(_|$)|(^|_)tokens?_(type|types|ids?|len|lengths?|count|limit|dim|size|per|level|embeddings?|classification|budget|name)(_|$)|_tokens$|_(file|path|dir|directory|folder|store|sock|name|env|id|url|uri|host|endpoint)$/;
const accessKeyId = /(^|_)access_key_id$/;
/** Names of environment variables, which are written so, end in KEY where they hold one. */
const keyVariable = /^[A-Z][A-Z0-9_]*_KEY$/;

/** Whether a value under that name is a secret: `WANDB_API_KEY`, `--db-password`, `apiKey`; not `max_tokens`, `sort_key`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  if (name === "PWD" || name === "OLDPWD") return false;
  if (keyVariable.test(name) || accessKeyId.test(words)) return true;
  return secretWords.test(words) && !ordinaryWords.test(words);
}
