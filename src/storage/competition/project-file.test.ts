import { describe, expect, it } from "vitest";
import { UserError } from "../../core/errors/user-error.ts";
import { parseProject } from "./project-file.ts";
import { formatProject } from "./project-text.ts";

const good = `competition_name: spaceship-titanic
competition_platform: kaggle
is_code_competition: false
data: { train: train.csv, test: test.csv, sample_submission: sample_submission.csv, id: PassengerId, target: Transported }
metric: { name: accuracy, direction: maximize }
validation: { strategy: StratifiedKFold, n_splits: 5, seed: 42 }
metadata: { url: "", deadline: "", anything: [1, 2] }
`;

const repeated = (keys: string) =>
  parseProject(
    good.replace("{ strategy: StratifiedKFold, n_splits: 5,", `{ ${keys},`),
    "project.yml",
  ).validation;

function refusal(text: string): UserError {
  try {
    parseProject(text, "project.yml");
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("was taken");
}

describe("project.yml", () => {
  it("is read with its defaults", () => {
    const project = parseProject(good, "project.yml");
    expect(project.data.target).toBe("Transported");
    expect(project.metadata.anything).toEqual([1, 2]);
    const short =
      "competition_name: a\ncompetition_platform: local\nmetric: { name: rmse, direction: minimize }\ndata: {}\n";
    expect(parseProject(short, "project.yml").validation).toEqual({
      strategy: "KFold",
      n_splits: 5,
      seed: 42,
    });
  });

  it("has the repeats of a strategy that repeats, two where it names none", () => {
    expect(repeated("strategy: RepeatedKFold, n_splits: 3")).toEqual({
      strategy: "RepeatedKFold",
      n_splits: 3,
      n_repeats: 2,
      seed: 42,
    });
    expect(repeated("strategy: RepeatedStratifiedKFold, n_repeats: 10").n_repeats).toBe(10);
  });

  it("written by us is read back the same", () => {
    const project = parseProject(good, "project.yml");
    const awkward = {
      ...project,
      data: { ...project.data, id: "ID: #1", target: ["true", "目的変数", "a, b"] },
    };
    expect(parseProject(formatProject(awkward, { guess: true }), "project.yml")).toEqual(awkward);
  });

  it.each([
    [
      "a wrong type",
      good.replace("n_splits: 5", "n_splits: five"),
      6,
      /validation\.n_splits: expected a number, got "five"$/,
    ],
    [
      "an unknown direction",
      good.replace("direction: maximize", "direction: max"),
      5,
      /metric\.direction.*got "max"/,
    ],
    [
      "an unknown key in a known section",
      good.replace("train: train.csv", "trian: train.csv"),
      4,
      /unknown key "trian" under data; known are train, labels, test/,
    ],
    ["an unknown key at the top", `${good}competiton: x\n`, 8, /unknown key "competiton"/],
    [
      "a duplicate key",
      good.replace("is_code_competition: false", "competition_platform: local"),
      3,
      /duplicate key/,
    ],
    [
      "half a fold",
      good.replace("n_splits: 5", "n_splits: 2.5"),
      6,
      /expected a whole number, got 2\.5$/,
    ],
    [
      "one fold",
      good.replace("n_splits: 5", "n_splits: 1"),
      6,
      /n_splits: 1 fold is a holdout, which strategy: Holdout declares; StratifiedKFold has at least 2, got 1$/,
    ],
    [
      "a share of the rows for folds",
      good.replace("n_splits: 5", "n_splits: 5, test_size: 0.2"),
      6,
      /test_size: only Holdout takes it, and strategy is StratifiedKFold, got 0\.2$/,
    ],
    [
      "a holdout of all rows",
      good.replace("StratifiedKFold, n_splits: 5", "Holdout, test_size: 1"),
      6,
      /test_size: expected a number/,
    ],
    [
      "repeats of a strategy that has none",
      good.replace("n_splits: 5", "n_splits: 5, n_repeats: 3"),
      6,
      /n_repeats: only RepeatedKFold and RepeatedStratifiedKFold take it, and strategy is StratifiedKFold, got 3$/,
    ],
    [
      "one repeat",
      good.replace("StratifiedKFold, n_splits: 5", "RepeatedStratifiedKFold, n_repeats: 1"),
      6,
      /n_repeats: expected a number of at least 2, got 1$/,
    ],
    [
      "a strategy misspelt",
      good.replace("StratifiedKFold", "StratifedKFold"),
      6,
      /expected one of KFold, .*, got "StratifedKFold" \(did you mean StratifiedKFold\?\)$/,
    ],
    [
      "a name with a space",
      good.replace("spaceship-titanic", "Space ship"),
      1,
      /competition_name: expected a slug: lower-case letters, digits, - and _, got "Space ship"$/,
    ],
    [
      "a target that is no name",
      good.replace("Transported", "5"),
      4,
      /expected a column, or a list/,
    ],
    [
      "a missing key, at the end of the file",
      `# a comment\n${good.replace(/^metric.*\n/m, "")}`,
      8,
      /metric is missing/,
    ],
    [
      "a missing key below another",
      good.replace("name: accuracy, ", ""),
      5,
      /metric\.name is missing/,
    ],
    ["broken YAML", good.replace("{ name: accuracy", "{ name: accuracy: {"), 5, /not valid YAML/],
    ["an empty file", "", 1, /competition_name is missing/],
  ])("refuses %s, naming the line", (_, text, line, message) => {
    const error = refusal(text);
    expect(error.at).toMatchObject({ file: "project.yml", line });
    expect(error.message).toMatch(message);
    expect(error.expected).toMatch(/\w+: /);
    expect(error.exitCode).toBe(2);
  });
});
