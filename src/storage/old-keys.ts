/**
 * Keys of files in a workspace that earlier versions wrote under another name, old to new. They are read here and nowhere
 * else; only the new ones are written. A run that an earlier version still supervises goes on writing the old ones.
 */
const renamed = {
  /** A run's spec.json, until 0.1.0. */
  spec: { place: "target" },
  /** A run's state.json, until 0.1.0. */
  state: { elsewhere: "remote" },
  /** A run's recorded.json, until 0.1.0. */
  recorded: { says: "summary" },
  /** A line of an experiment's scores.jsonl, until 0.1.0. */
  ledger: { "proof.says": "proof.summary" },
} as const satisfies Record<string, Record<string, string>>;

/** What such a file, or a line of it, holds under today's keys. Where both are there, today's counts. */
export function withNewKeys(file: keyof typeof renamed, value: unknown): unknown {
  return Object.entries(renamed[file]).reduce(
    (read, [old, key]) => rename(read, old.split("."), key.split(".")),
    value,
  );
}

function rename(value: unknown, [old, ...oldRest]: string[], [key, ...keyRest]: string[]): unknown {
  if (!isRecord(value) || old === undefined || key === undefined || !(old in value)) return value;
  if (oldRest.length > 0) return { ...value, [old]: rename(value[old], oldRest, keyRest) };
  const { [old]: found, ...others } = value;
  return { [key]: found, ...others };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
