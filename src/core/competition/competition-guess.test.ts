import { describe, expect, it } from "vitest";
import { guessCompetition, type TableHead } from "./competition-guess.ts";

function head(columns: string[], ...rows: string[][]): TableHead {
  return { columns, rows };
}

function targetOf(values: string[]): TableHead {
  return head(["id", "y"], ...values.map((value, index) => [String(index), value]));
}

const sample = head(["id", "y"], ["1", "0"]);

describe("what the files say about a competition", () => {
  it("takes the sample's first column as id and the others as targets", () => {
    const train = head(
      ["PassengerId", "Age", "Transported"],
      ["1", "3", "True"],
      ["2", "4", "False"],
    );
    const guess = guessCompetition({ train, sample: head(["PassengerId", "Transported"]) });
    expect(guess).toMatchObject({ id: "PassengerId", target: ["Transported"] });
  });

  it("takes the column only train has where the sample has one column a class", () => {
    const guess = guessCompetition({
      train: head(["id", "a", "species"], ["1", "2", "cat"]),
      test: head(["id", "a"], ["3", "4"]),
      sample: head(["id", "cat", "dog"], ["3", "0.5", "0.5"]),
    });
    expect(guess.target).toEqual(["species"]);
  });

  it("names no target where several columns could be it", () => {
    const guess = guessCompetition({
      train: head(["id", "casual", "registered"], ["1", "2", "3"]),
      test: head(["id"], ["3"]),
      sample: head(["id", "count"], ["3", "0"]),
    });
    expect(guess.target).toBeUndefined();
    expect(guess.validation.strategy).toBe("KFold");
  });

  it.each([
    ["two values", ["0", "1", "1", ""], "binary", "StratifiedKFold"],
    ["words", ["cat", "dog", "bird"], "multiclass", "StratifiedKFold"],
    [
      "a few whole numbers, often repeated",
      Array.from({ length: 60 }, (_, i) => String(i % 3)),
      "multiclass",
      "StratifiedKFold",
    ],
    ["prices", ["1.5", "2.25", "3.75"], "regression", "KFold"],
    ["whole numbers that hardly repeat", ["10", "20", "30", "40"], "regression", "KFold"],
    ["nothing at all", ["", ""], undefined, "KFold"],
  ] as const)("a target of %s", (_, values, task, strategy) => {
    const { validation } = guessCompetition({ train: targetOf([...values]), sample });
    expect(validation).toMatchObject({ task, strategy });
  });

  it("several binary targets are multi-label", () => {
    const train = head(["id", "toxic", "rude"], ["1", "0", "1"], ["2", "1", "0"]);
    const guess = guessCompetition({ train, sample: head(["id", "toxic", "rude"]) });
    expect(guess.validation).toEqual({
      strategy: "MultilabelStratifiedKFold",
      task: "multilabel",
      reason: "multilabel classification",
    });
  });
});
