import { expect, it } from "vitest";
import { parseTask } from "./parse-task.ts";
import { searchTasks } from "./search-tasks.ts";

function task(id: number, title: string, labels: string[], notes = "") {
  const text = `---\nid: TASK-${id}\ntitle: ${JSON.stringify(title)}\nlabels: ${JSON.stringify(labels)}\n---\n\n## Implementation Notes\n\n${notes}\n`;
  const parsed = parseTask(text, `task-${id}.md`);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.task;
}

const tasks = [
  task(1, "exp001: baseline", ["exp", "exp001"]),
  task(2, "exp002: Target encoding of the cabin", ["exp", "exp002"], "CV score: 0.81"),
  task(3, "exp003: 特徴量エンジニアリングを試す", ["exp", "exp003"]),
  task(4, "exp0010: other", ["exp", "exp0010"], "target only, no code"),
];
const found = (query: string, labels: string[] = []) =>
  searchTasks(tasks, query, { labels }).map((hit) => hit.task.id);

it("wants every word, in any field", () => {
  expect(found("target encoding")).toEqual(["TASK-2"]);
  expect(found("target")).toEqual(["TASK-2", "TASK-4"]);
  expect(found("encod cv")).toEqual(["TASK-2"]);
  expect(found("nowhere")).toEqual([]);
});

it("forgives a misspelled word", () => {
  expect(found("basline")).toEqual(["TASK-1"]);
});

it("finds words in Japanese, which has no spaces", () => {
  expect(found("特徴量")).toEqual(["TASK-3"]);
  expect(found("エンジニアリング")).toEqual(["TASK-3"]);
});

it("matches labels exactly, with words or without", () => {
  expect(found("", ["exp001"])).toEqual(["TASK-1"]);
  expect(found("", ["exp", "exp00"])).toEqual([]);
  expect(found("other", ["exp001"])).toEqual([]);
  expect(found("")).toEqual(["TASK-1", "TASK-2", "TASK-3", "TASK-4"]);
});
