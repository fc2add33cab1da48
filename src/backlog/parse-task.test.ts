import { expect, it } from "vitest";
import { parseTask } from "./parse-task.ts";

function problemOf(text: string): { line: number | undefined; message: string } | undefined {
  const parsed = parseTask(text, "task-1 - t.md");
  return parsed.ok ? undefined : { line: parsed.problem.at.line, message: parsed.problem.message };
}

const sound = "---\nid: TASK-1\ntitle: One\nstatus: To Do\n---\n";

it.each([
  ["no frontmatter", "# Title\n", 1, "no frontmatter"],
  ["an unclosed one", "---\nid: TASK-1\n", 1, "no frontmatter"],
  ["an empty file", "", 1, "no frontmatter"],
  ["bad YAML", "---\nid: TASK-1\ntitle: [a\nstatus: x\n---\n", 4, "not valid YAML"],
  ["a key twice", "---\nid: TASK-1\ntitle: a\ntitle: b\n---\n", 4, "not valid YAML"],
  ["a list", "---\n- a\n---\n", 2, "not a mapping of keys"],
  ["no title", "---\nid: TASK-1\n---\n", 2, "title is missing"],
  [
    "labels of a wrong type",
    "---\nid: TASK-1\ntitle: a\nlabels: {a: 1}\n---\n",
    4,
    "labels has the wrong type",
  ],
  [
    "conflict markers",
    "---\nid: TASK-1\n<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> other\n---\n",
    3,
    "merge conflict markers",
  ],
  [
    "conflict markers in CRLF",
    `${sound}x\r\n<<<<<<< HEAD\r\na\r\n=======\r\nb\r\n>>>>>>> o\r\n`,
    7,
    "merge conflict",
  ],
])("names file and line of %s", (_name, text, line, message) => {
  expect(problemOf(text)).toEqual({ line, message: expect.stringContaining(message) });
});

it("reads what users write: numbers, one label, a Setext heading, a byte order mark", () => {
  const text =
    "\uFEFF---\nid: 3\ntitle: 2026\nlabels: exp\ndependencies: [1, task-02]\n---\n\nTitle\n=======\n";
  expect(parseTask(text, "f.md")).toMatchObject({
    ok: true,
    task: {
      id: "TASK-3",
      title: "2026",
      status: "",
      labels: ["exp"],
      dependencies: ["TASK-1", "TASK-02"],
    },
  });
});

it("reads every section", () => {
  const text = `${sound}
## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
desc

more
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [x] #1 one
- [ ] #2 二つ目
<!-- AC:END -->

## Final Summary

by hand
`;
  expect(parseTask(text, "f.md")).toMatchObject({
    task: {
      description: "desc\n\nmore",
      acceptanceCriteria: [
        { index: 1, text: "one", checked: true },
        { index: 2, text: "二つ目", checked: false },
      ],
      plan: "",
      finalSummary: "by hand",
    },
  });
});
