import { describe, expect, it } from "vitest";
import { parseConfig } from "./backlog.ts";
import { editTaskText } from "./edit-task-text.ts";
import { parseTask } from "./parse-task.ts";
import type { TaskEdit } from "./task.ts";

const config = parseConfig("", "config.yml");
const now = new Date("2026-11-23T08:15:30Z");

function edit(text: string, change: TaskEdit): string {
  const parsed = parseTask(text, "task-1 - t.md");
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return editTaskText(text, parsed.task, change, config, now);
}

/** Lines of `after` that `before` has not, and the other way round. */
function difference(before: string, after: string): { gone: string[]; added: string[] } {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  return {
    gone: old.filter((line) => !fresh.includes(line)),
    added: fresh.filter((line) => !old.includes(line)),
  };
}

const handMade = `---
# made by hand
id: task-1
title: "Hand made"
cv_goal: {metric: auc, at: 0.9}   # ours
status: To Do
labels: [x, y]   # flow style
created_date: 2025-01-02
---

Free text first.

## Hypothesis

something

## Description

No markers here.

## Acceptance Criteria

- [ ] first
- [x] #7 second

## Notes of mine

bye

## Implementation Notes

old notes
`;

describe("a file made by hand", () => {
  it("gets a note and a date, every other line as it was", () => {
    const after = edit(handMade, { appendNotes: "new" });
    expect(difference(handMade, after)).toEqual({
      gone: [],
      added: [
        "updated_date: '2026-11-23 08:15'",
        "<!-- SECTION:NOTES:BEGIN -->",
        "new",
        "<!-- SECTION:NOTES:END -->",
      ],
    });
    expect(after).toContain("created_date: 2025-01-02\nupdated_date: '2026-11-23 08:15'\n---");
    expect(after.endsWith("old notes\n\nnew\n<!-- SECTION:NOTES:END -->\n")).toBe(true);
  });

  it("has its criteria ticked by number, or by position where one has no number", () => {
    const after = edit(handMade, { checkAc: [1], uncheckAc: [7] });
    expect(after).toContain("- [x] first\n- [ ] #7 second\n");
    expect(edit(handMade, { addAcceptanceCriteria: ["third"] })).toContain(
      "- [x] #7 second\n- [ ] #8 third\n",
    );
  });

  it("keeps unknown keys, comments and flow style when other keys change", () => {
    const after = edit(handMade, { status: "done", priority: "LOW", addLabels: ["z"] });
    expect(difference(handMade, after)).toEqual({
      gone: ["status: To Do", "labels: [x, y]   # flow style"],
      added: [
        "status: Done",
        "labels:",
        "  - x",
        "  - 'y'",
        "  - z",
        "priority: low",
        "updated_date: '2026-11-23 08:15'",
      ],
    });
  });

  it("gets new sections in Backlog.md's order", () => {
    const after = edit(handMade, { plan: "the plan", finalSummary: "the end" });
    const headings = after.split("\n").filter((line) => line.startsWith("## "));
    expect(headings).toEqual([
      "## Hypothesis",
      "## Description",
      "## Acceptance Criteria",
      "## Implementation Plan",
      "## Notes of mine",
      "## Implementation Notes",
      "## Final Summary",
    ]);
  });
});

describe("line ends", () => {
  const crlf = handMade.replaceAll("\n", "\r\n");

  it("stay CRLF, in new lines too", () => {
    const change = { appendNotes: "a\nb", status: "Done", plan: "p", addLabels: ["z"] };
    expect(edit(crlf, change)).toBe(edit(handMade, change).replaceAll("\n", "\r\n"));
  });

  it("stay mixed where they are", () => {
    const mixed = handMade.replace("something\n", "something\r\n");
    expect(edit(mixed, { appendNotes: "new" })).toContain("something\r\n\n## Description\n");
  });
});

describe("text inside markers", () => {
  it("is never taken for a heading or a criterion", () => {
    let text = edit(handMade, { description: "## Acceptance Criteria\n- [ ] #1 not one" });
    text = edit(text, { appendNotes: "## Final Summary\nnot one" });
    const parsed = parseTask(text, "t.md");
    expect(parsed).toMatchObject({
      ok: true,
      task: {
        description: "## Acceptance Criteria\n- [ ] #1 not one",
        notes: "old notes\n\n## Final Summary\nnot one",
        finalSummary: "",
        acceptanceCriteria: [{ text: "first" }, { text: "second", index: 7 }],
      },
    });
  });

  it("cannot be one of the markers", () => {
    expect(() => edit(handMade, { plan: "a\n<!-- SECTION:PLAN:END -->" })).toThrow("own marker");
  });
});

it("leaves the text alone when nothing changes", () => {
  const same = {
    status: "to do",
    labels: ["x", "y"],
    description: "No markers here.",
    appendNotes: " ",
  };
  expect(edit(handMade, same)).toBe(handMade);
  expect(edit(handMade, {})).toBe(handMade);
});

it("refuses what the backlog does not know, naming what it does", () => {
  expect(() => edit(handMade, { status: "Nope" })).toThrow(
    expect.objectContaining({ expected: "one of To Do, In Progress, Done", exitCode: 2 }),
  );
  expect(() => edit(handMade, { priority: "urgent" })).toThrow('"urgent" is not a priority');
  expect(() => edit(handMade, { checkAc: [3] })).toThrow(
    expect.objectContaining({ expected: "one of #1, #7" }),
  );
});
