import { bareFileNames, namesPlace } from "../analysis/file-names.ts";
import { definesName } from "../analysis/entry-point.ts";
import type { Found, Rule } from "../rule.ts";
import type { IndexedFile } from "../analysis/source-index.ts";

export const settingsClasses: Rule = {
  summary: "settings.py has Config and DirectorySettings, and train.py and inference.py use them",
  why: "Config is what gets recorded, DirectorySettings is what makes the same code run here, on Vertex AI and on Kaggle.",
  mend: "Take both classes from templates/models/settings.py and import them.",
  severity: "error",
  bad: `INPUT = Path("data/input/titanic")`,
  good: `from settings import Config, DirectorySettings`,
  find({ settings, train, inference }) {
    if (settings === undefined) return [];
    const missing = ["Config", "DirectorySettings"].filter((name) => !definesName(settings, name));
    if (missing.length > 0) {
      return missing.map((name) => ({ file: settings, message: `settings.py defines no ${name}` }));
    }
    return [train, inference]
      .filter((file) => file !== undefined)
      .filter((file) => !usesSettings(file))
      .map((file) => ({ file, message: `${file.name} takes nothing from settings.py` }));
  },
};

/** Straight, or through the other files of the experiment. */
function usesSettings(file: IndexedFile): boolean {
  return (
    [...file.imports.values()].some((origin) => /(^|\.)settings(\.|$)/.test(origin)) ||
    [...file.imports.keys()].some((name) => /settings|^config|^cfg/i.test(name))
  );
}

export const literalPaths: Rule = {
  summary: "paths come from DirectorySettings",
  why: "A path written into the code holds on one machine; on Vertex AI or Kaggle, or in a debug run, it is another.",
  mend: "Start every path from settings.input_dir, settings.artifact_dir or settings.output_dir.",
  severity: "warning",
  bad: `train = pl.read_csv("../input/titanic/train.csv")`,
  good: `train = pl.read_csv(settings.input_dir / "train.csv")`,
  find: ({ files }) =>
    [...files.values()]
      .filter(({ name }) => name !== "settings.py" && name !== "inference.py")
      .flatMap(placesIn),
};

/** Paths outside DirectorySettings, in one file. */
export function placesIn(file: IndexedFile): Found[] {
  const found: Found[] = [];
  for (const { text, node } of bareFileNames(file)) {
    if (!namesPlace(text)) continue;
    found.push({
      file,
      at: node,
      message: `the path "${text}" does not come from DirectorySettings`,
    });
  }
  return found;
}
