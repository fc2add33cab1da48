import { expect, test } from "vitest";
import { parseProject } from "./project-file.ts";
import { withValidation } from "./project-validation.ts";

const head = `# 大会
competition_name: toy   # a slug
competition_platform: local
data: { train: train.csv,   target: [a, "b"] }
metric: {name: accuracy, direction: maximize}
`;
const tail = `metadata:\n  url: ""   # free\n`;

const groups = { strategy: "GroupKFold", n_splits: 5, seed: 42, group: "school" } as const;
const time = { strategy: "TimeSeriesSplit", n_splits: 4, seed: 42, time: "a: b", gap: 7 } as const;
const repeated = { strategy: "RepeatedKFold", n_splits: 5, n_repeats: 3, seed: 42 } as const;
const plain = { strategy: "KFold", n_splits: 5, seed: 42 } as const;

test.each([
  [
    "flow, a key added",
    groups,
    "validation: { strategy: KFold, n_splits: 5,  seed: 42 }   # why\n",
    "validation: { strategy: GroupKFold, n_splits: 5,  seed: 42, group: school }   # why\n",
  ],
  [
    "flow, repeats added",
    repeated,
    "validation: { strategy: KFold, n_splits: 5, seed: 42 }   # why\n",
    "validation: { strategy: RepeatedKFold, n_splits: 5, seed: 42, n_repeats: 3 }   # why\n",
  ],
  [
    "flow, repeats taken out",
    plain,
    "validation: { strategy: RepeatedKFold, n_splits: 5, n_repeats: 3, seed: 42 }\n",
    "validation: { strategy: KFold, n_splits: 5, seed: 42 }\n",
  ],
  [
    "flow, keys taken out",
    plain,
    "validation: {strategy: TimeSeriesSplit, time: day, n_splits: 5, seed: 42, gap: 3}\n",
    "validation: {strategy: KFold, n_splits: 5, seed: 42}\n",
  ],
  [
    "flow, the first key taken out",
    plain,
    "validation: { group: x, strategy: KFold, n_splits: 5, seed: 42 }\n",
    "validation: { strategy: KFold, n_splits: 5, seed: 42 }\n",
  ],
  [
    "flow over lines",
    groups,
    "validation: {\n    strategy: KFold, # why\n    n_splits: 5,\n    seed: 42\n  }\n",
    "validation: {\n    strategy: GroupKFold, # why\n    n_splits: 5,\n    seed: 42, group: school\n  }\n",
  ],
  [
    "block",
    groups,
    "validation:   # the split\n  # first\n  strategy: KFold   # why\n  n_splits: 5\n  seed: 42   # answer\n",
    "validation:   # the split\n  # first\n  strategy: GroupKFold   # why\n  n_splits: 5\n  seed: 42   # answer\n  group: school\n",
  ],
  [
    "block, a key taken out",
    plain,
    "validation:\n    strategy: GroupKFold\n    group: school # by school\n    n_splits: 5\n    seed: 42\n",
    "validation:\n    strategy: KFold\n    n_splits: 5\n    seed: 42\n",
  ],
  [
    "a name that wants quotes",
    time,
    "validation: { strategy: KFold, n_splits: 5, seed: 42 }\n",
    'validation: { strategy: TimeSeriesSplit, n_splits: 4, seed: 42, time: "a: b", gap: 7 }\n',
  ],
  [
    "defaults left out",
    groups,
    "validation: { strategy: GroupKFold }\n",
    "validation: { strategy: GroupKFold, n_splits: 5, seed: 42, group: school }\n",
  ],
  ["empty", plain, "validation: {}\n", "validation: { strategy: KFold, n_splits: 5, seed: 42 }\n"],
  [
    "the same",
    groups,
    "validation: { strategy: GroupKFold, n_splits: 5, seed: 42, group: 'school' }\n",
    "validation: { strategy: GroupKFold, n_splits: 5, seed: 42, group: 'school' }\n",
  ],
] as const)("%s", (_, validation, before, after) => {
  const text = withValidation(head + before + tail, validation, "project.yml");
  expect(text).toBe(head + after + tail);
  expect(parseProject(text, "project.yml").validation).toEqual(validation);
});

test.each(["\n", "\r\n"])("none yet: it is added at the end (%j)", (newline) => {
  const text = head.replaceAll("\n", newline);
  const changed = withValidation(text.trimEnd(), groups, "project.yml");
  expect(changed.startsWith(text.trimEnd())).toBe(true);
  expect(parseProject(changed, "project.yml").validation).toEqual(groups);
});

test("Windows line ends stay", () => {
  const text =
    `${head}validation:\n  strategy: KFold\n  n_splits: 5\n  seed: 42\n${tail}`.replaceAll(
      "\n",
      "\r\n",
    );
  const changed = withValidation(text, groups, "project.yml");
  expect(changed).toBe(
    text
      .replace("strategy: KFold", "strategy: GroupKFold")
      .replace("seed: 42\r\n", "seed: 42\r\n  group: school\r\n"),
  );
});

test("a value that is an alias is replaced whole", () => {
  const text = `${head}validation: { strategy: &s KFold, n_splits: 5, seed: 42 }\n`;
  const changed = withValidation(text, groups, "project.yml");
  expect(parseProject(changed, "project.yml").validation).toEqual(groups);
});
