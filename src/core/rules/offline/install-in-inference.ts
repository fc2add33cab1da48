import { findCalls } from "../analysis/inference-calls.ts";
import { strings } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";

export const installInInference: Rule = {
  code: "XF402",
  name: "install-in-inference",
  severity: "error",
  summary: "inference.py installs nothing",
  why: "Without internet, pip has no package index to download from.",
  fix: "List the wheel in deps/requirements.txt, which is uploaded with the submission, or install with --no-index --find-links.",
  bad: `subprocess.run(["pip", "install", "timm"])`,
  good: `import timm  # the wheel is listed in deps/requirements.txt`,
  check: (source) =>
    findCalls(source, ({ call, name }) => {
      if (!/^(os\.(system|popen)|subprocess\.\w+|pip\.main)$/.test(name)) return undefined;
      const words = call.args.flatMap((one) => [...strings(one)].map(({ text }) => text)).join(" ");
      if (!/\b(pip3?|uv|conda|apt(-get)?)\b.*\b(install|add)\b/.test(words)) return undefined;
      return /--no-index|--find-links|\.whl/.test(words)
        ? undefined
        : "installing a package needs the network";
    }),
};
