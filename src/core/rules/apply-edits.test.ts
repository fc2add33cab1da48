import { describe, expect, test } from "vitest";
import { readSource } from "../../python/source-tree.ts";
import { projectSchema } from "../competition/project.ts";
import { applyEdits } from "./apply-edits.ts";
import { checkExperiment } from "./check-experiment.ts";

const project = projectSchema.parse({
  competition_name: "toy",
  competition_platform: "local",
  data: { id: "id", target: "y" },
  metric: { name: "accuracy", direction: "maximize" },
});

const settings =
  "from dataclasses import dataclass\n\n\n@dataclass\nclass Config:\n    seed: int = 42\n";

/** The text of train.py after every edit that its findings of these codes offer. */
function fixed(text: string, ...codes: string[]): string {
  const files = [readSource("train.py", text), readSource("settings.py", settings)];
  const findings = checkExperiment({ name: "exp002", folder: "models/exp002", project, files });
  const edits = findings.filter((one) => codes.includes(one.code)).flatMap(({ fix }) => fix ?? []);
  return applyEdits(text, edits);
}

function code(call: string): string {
  return `from sklearn.model_selection import KFold\n\n\ndef folds(config):\n    return ${call}\n`;
}

describe("--fix", () => {
  test("the experiment's name, twice on lines with Japanese text, line ends and byte order mark kept", () => {
    const text =
      '\uFEFF見出し = "前"; settings = DirectorySettings(exp_name="exp001")\r\nEXP_NAME = "exp000"\r\n';
    expect(fixed(text, "XF107")).toBe(
      '\uFEFF見出し = "前"; settings = DirectorySettings(exp_name="exp002")\r\nEXP_NAME = "exp002"\r\n',
    );
  });

  test("a guard where main is there and nothing starts it; none where something does", () => {
    const main = "def main(debug: bool = False) -> None:\n    pass\n";
    expect(fixed(main, "XF102")).toBe(
      `${main}\n\nif __name__ == "__main__":\n    import tyro\n\n    tyro.cli(main)\n`,
    );
    expect(fixed(`${main}\n\nmain()\n`, "XF102")).toBe(`${main}\n\nmain()\n`);
  });

  test("a seed where config is at hand", () => {
    expect(fixed(code("KFold(5, shuffle=True)"), "XF301")).toBe(
      code("KFold(5, shuffle=True, random_state=config.seed)"),
    );
    const nowhere = code("KFold(5, shuffle=True)").replace("(config)", "()");
    expect(fixed(nowhere, "XF301")).toBe(nowhere);
  });

  test("of two edits of the same words the first is made", () => {
    const edit = { line: 1, from: 1, to: 4, text: "new" };
    expect(applyEdits("old words", [edit, { ...edit, text: "other" }])).toBe("new words");
  });
});
