import type { Found, Rule } from "../rule.ts";

export const missingFile: Rule = {
  code: "XF100",
  name: "missing-file",
  severity: "error",
  summary: "an experiment has train.py, settings.py and inference.py",
  why: "`train`, `submit` and the other commands expect these three files.",
  fix: "Copy the missing file from templates/models and fill it in.",
  bad: `# models/exp007/ holds only train.py`,
  good: `# models/exp007/ holds train.py, settings.py and inference.py`,
  check({ files }) {
    const first = files.values().next().value;
    if (first === undefined) return [];
    return ["train.py", "settings.py", "inference.py"]
      .filter((name) => !files.has(name))
      .map((name): Found => ({
        file: files.get("train.py") ?? first,
        message: `${name} is missing`,
      }));
  },
};
