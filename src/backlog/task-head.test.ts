import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { parseTask, parseTaskHead } from "./parse-task.ts";
import { taskHead } from "./task-head.ts";

const frontmatter = `---
id: TASK-1
title: a title of some length, as titles are
status: To Do
assignee: []
created_date: '2026-01-01 00:00'
labels:
  - a-label-of-some-length
dependencies: []
---

## Description

What is to be done, in a sentence of some length.

## Implementation Notes

<!-- SECTION:NOTES:BEGIN -->
`;

test.each([
  ["parsed as a head", (text: string) => parseTaskHead(text, "task-1.md")],
  ["taken of a whole task", (text: string) => takenOf(parseTask(text, "task-1.md"))],
])("what is kept of long tasks keeps none of their text in memory: %s", (_, keep) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 60 }, (__, at) =>
    keep(`${frontmatter}${`epoch ${at} of many\n`.repeat(60_000)}<!-- SECTION:NOTES:END -->\n`),
  );
  collect();
  // Of the 60 MB.
  expect((process.memoryUsage().heapUsed - before) / 1024 ** 2).toBeLessThan(10);
  expect(kept.filter((one) => one.ok)).toHaveLength(60);
});

function takenOf(parsed: ReturnType<typeof parseTask>) {
  return parsed.ok ? { ok: true, task: taskHead(parsed.task) } : parsed;
}
