const mostKeys = 5;
const mostCharacters = 120;

export interface ConfigChange {
  key: string;
  /** JSON values; undefined where the key is not there. */
  before: unknown;
  after: unknown;
}

/** Keys whose values differ, nested ones as `model.depth`, in the order of `after`, then what was dropped. */
export function configChanges(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): ConfigChange[] {
  const old = flatten(before);
  const fresh = flatten(after);
  return [...new Set([...fresh.keys(), ...old.keys()])]
    .map((key) => ({ key, before: old.get(key), after: fresh.get(key) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** One line for a note: what differs from the parent's settings, or the first three where there is no parent. */
export function summariseConfig(
  config: Record<string, unknown>,
  parent: Record<string, unknown> | undefined,
): string {
  const changes = configChanges(parent ?? {}, config);
  const shown = parent === undefined ? changes.slice(0, 3) : changes.slice(0, mostKeys);
  const rest = parent === undefined ? 0 : changes.length - shown.length;
  const text = shown.map(formatSetting).join(", ") + (rest > 0 ? `, ${rest} more` : "");
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text;
}

function formatSetting({ key, after }: ConfigChange): string {
  return after === undefined ? `no ${key}` : `${key}=${formatSettingValue(after)}`;
}

/** A setting's value on one line, cut after 40 characters. */
export function formatSettingValue(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

function flatten(config: Record<string, unknown>, prefix = ""): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [key, value] of Object.entries(config)) {
    const name = prefix + key;
    if (isPlainObject(value) && Object.keys(value).length > 0)
      for (const [inner, leaf] of flatten(value, `${name}.`)) flat.set(inner, leaf);
    else flat.set(name, value);
  }
  return flat;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `lr 0.1 -> 0.05`; `none` for a value that is not there. */
export function settingChange({ key, before, after }: ConfigChange): string {
  return `${key} ${valueOrNone(before)} -> ${valueOrNone(after)}`;
}

function valueOrNone(value: unknown): string {
  return value === undefined ? "none" : formatSettingValue(value);
}
