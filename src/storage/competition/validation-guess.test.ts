import { expect, test } from "vitest";
import { parseProject } from "./project-file.ts";
import { withSettings } from "./project-settings.ts";
import { formatProject } from "./project-text.ts";
import { isValidationGuess, withoutGuess } from "./validation-guess.ts";

const project = parseProject(
  "competition_name: toy\ncompetition_platform: local\ndata: {}\nmetric: { name: rmse, direction: minimize }\n",
  "project.yml",
);
const text = formatProject(project, { guess: true });
const isGuess = (yml: string) =>
  isValidationGuess(yml, parseProject(yml, "project.yml").validation);

test("what init writes is a guess, also after other keys were set and with Windows' line ends", () => {
  expect(isGuess(text)).toBe(true);
  const set = withSettings(text, [{ path: ["data", "id"], value: "Id" }], "project.yml");
  expect(isGuess(set)).toBe(true);
  expect(isGuess(text.replaceAll("\n", "\r\n"))).toBe(true);
  const block = text.replace(
    /^validation:.*$/m,
    "validation:\n  seed: 42\n  n_splits: 5\n  strategy: KFold   # ?",
  );
  expect(isGuess(block)).toBe(true);
});

test.each([
  [
    "another strategy",
    text.replace(/^validation:.*$/m, "validation: { strategy: GroupKFold, group: a }"),
  ],
  ["more folds", text.replace(/^(validation:.*n_splits: )5/m, "$110")],
  ["a key added", text.replace(/^(validation:.*42)/m, "$1, gap: 3")],
  ["the comment gone", withoutGuess(text)],
  ["the comment damaged", text.replace(/(decides: \{).*$/m, "$1 [")],
  ["a file of before", formatProject(project, { guess: false })],
])("%s: the user has decided", (_, yml) => {
  expect(isGuess(yml)).toBe(false);
});

test("taking the comment away leaves every other byte", () => {
  expect(withoutGuess(text)).toBe(formatProject(project, { guess: false }));
  const windows = text.replaceAll("\n", "\r\n");
  expect(withoutGuess(windows)).toBe(withoutGuess(text).replaceAll("\n", "\r\n"));
});
