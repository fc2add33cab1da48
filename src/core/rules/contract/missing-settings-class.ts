import { definesName } from "../analysis/entry-point.ts";
import type { IndexedFile } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

export const missingSettingsClass: Rule = {
  code: "XF118",
  name: "missing-settings-class",
  severity: "error",
  summary:
    "settings.py defines Config and DirectorySettings, and train.py and inference.py use them",
  why: "Config is what gets recorded; DirectorySettings lets the same code run on this machine, on Vertex AI and on Kaggle.",
  fix: "Copy both classes from templates/models/settings.py and import them.",
  bad: `INPUT = Path("data/input/titanic")`,
  good: `from settings import Config, DirectorySettings`,
  check({ settings, train, inference }) {
    if (settings === undefined) return [];
    const missing = ["Config", "DirectorySettings"].filter((name) => !definesName(settings, name));
    if (missing.length > 0) {
      return missing.map((name) => ({ file: settings, message: `settings.py defines no ${name}` }));
    }
    return [train, inference]
      .filter((file) => file !== undefined)
      .filter((file) => !usesSettings(file))
      .map((file) => ({ file, message: `${file.name} imports nothing from settings.py` }));
  },
};

/** Directly, or through the other files of the experiment. */
function usesSettings(file: IndexedFile): boolean {
  return (
    [...file.imports.values()].some((origin) => /(^|\.)settings(\.|$)/.test(origin)) ||
    [...file.imports.keys()].some((name) => /settings|^config|^cfg/i.test(name))
  );
}
