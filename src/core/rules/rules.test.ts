import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readSource } from "../../python/source-tree.ts";
import { printInTrain } from "../../../test/fixtures/new-rule/print-in-train.ts";
import { projectSchema } from "../competition/project.ts";
import { checkExperiment } from "./check-experiment.ts";
import { findRule, rules, ruleTexts } from "./rules.ts";

const here = import.meta.dirname;
const files = readdirSync(here, { recursive: true, encoding: "utf8" });

/** The folder of a rule's topic by the first digit of its code. */
const topics = ["syntax", "contract", "leak", "reproducibility", "offline", "parity"];

describe("every rule", () => {
  test.each(ruleTexts().map(({ code, name }) => [code, name] as const))(
    "%s %s is one file of its topic, under its name, and one line of the table",
    (code, name) => {
      const file = path.join(topics[Number(code[2])]!, `${name}.ts`);
      const text = readFileSync(path.join(here, file), "utf8");
      expect(text).toContain(`code: "${code}"`);
      const known = files.filter(
        (one) => one.endsWith(".ts") && !one.endsWith(".test.ts") && mentions(one, code),
      );
      expect(known).toEqual([file]);
    },
  );

  test("has a code and a name of its own, and no file of a topic is left out of the table", () => {
    const texts = ruleTexts();
    expect(new Set(texts.map(({ code }) => code)).size).toBe(texts.length);
    expect(new Set(texts.map(({ name }) => name)).size).toBe(texts.length);
    const inTopics = files.filter((one) => topics.includes(path.dirname(one)));
    expect(inTopics.map((one) => path.basename(one, ".ts")).toSorted()).toEqual(
      texts.map(({ name }) => name).toSorted(),
    );
  });
});

function mentions(file: string, code: string): boolean {
  return readFileSync(path.join(here, file), "utf8").includes(`"${code}"`);
}

describe("a new rule is one file and one line of the table", () => {
  const table = [...rules, printInTrain];
  const text = readFileSync(
    path.join(here, "../../../test/fixtures/check/good-lightgbm/train.py"),
    "utf8",
  );

  /** Findings of that rule, and of ignore comments, in train.py with some lines before its first import. */
  function found(line: string, ignore: string[] = []) {
    const project = projectSchema.parse({
      competition_name: "toy",
      competition_platform: "local",
      data: {},
      metric: { name: "accuracy", direction: "maximize" },
      check: { ignore },
    });
    const sources = [readSource("train.py", `${line}\n${text}`)];
    const subject = { name: "exp001", folder: "models/exp001", project, files: sources };
    return checkExperiment(subject, table)
      .filter(({ name }) => /^(print-in-train|unused-ignore)$/.test(name ?? ""))
      .map(
        ({ code, name, line: at, severity, message }) =>
          `${at} ${code} ${name} ${severity} ${message}`,
      );
  }

  test("it is checked, and known by code and name wherever one is asked for", () => {
    expect(found("print(1)")).toEqual(["1 XF199 print-in-train warning train.py prints"]);
    for (const word of ["XF199", "print-in-train", "Print-In-Train"]) {
      expect(found("print(1)", [word])).toEqual([]);
      expect(found(`print(1)  # crossfold: ignore[${word}] the host reads it`)).toEqual([]);
      expect(findRule(word, ruleTexts(table))?.summary).toBe("train.py prints nothing");
    }
    expect(ruleTexts(table).map(({ name }) => name)).toContain("print-in-train");
    expect(rules).not.toContain(printInTrain);
  });

  test("an ignore that silences nothing, and one of a rule there is not, are reported", () => {
    const reason = "the host reads it";
    expect(found(`x = 1  # crossfold: ignore[print-in-train] ${reason}`)).toEqual([
      "1 XF003 unused-ignore note ignore[print-in-train] silences nothing here",
    ]);
    expect(found(`print(1)  # crossfold: ignore[XF199, prints-in-train] ${reason}`)).toEqual([
      '1 XF003 unused-ignore note there is no rule "prints-in-train" (did you mean print-in-train?)',
    ]);
  });
});
