import MiniSearch from "minisearch";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { segmentWords } from "../core/text/segment-words.ts";
import type { Backlog } from "./backlog.ts";
import { wantedWords } from "./find-words.ts";
import { initBacklog } from "./init-backlog.ts";
import { parseTask } from "./parse-task.ts";
import { lookInTask, rankLooks, searchTasks } from "./search-tasks.ts";
import type { Task } from "./task.ts";

let root: string;
let backlog: Backlog;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "crossfold-search-"));
  backlog = await initBacklog(root, "Demo");
  await write(1, "exp001: baseline", ["exp", "exp001"]);
  await write(2, "exp002: Target encoding of the cabin", ["exp", "exp002"], "CV score: 0.81");
  await write(3, "exp003: 特徴量エンジニアリングを試す", ["exp", "exp003"]);
  await write(4, "exp0010: other", ["exp", "exp0010"], "target only, no code");
});
afterAll(() => rm(root, { recursive: true, force: true }));

function textOf(id: number, title: string, labels: string[], notes = ""): string {
  return `---\nid: TASK-${id}\ntitle: ${JSON.stringify(title)}\nlabels: ${JSON.stringify(labels)}\n---\n\n## Implementation Notes\n\n${notes}\n`;
}

async function write(id: number, title: string, labels: string[], notes = ""): Promise<void> {
  const file = path.join(backlog.folder, "tasks", `task-${id} - x.md`);
  await writeFile(file, textOf(id, title, labels, notes));
}

function task(id: number, title: string, labels: string[], notes = ""): Task {
  const parsed = parseTask(textOf(id, title, labels, notes), `task-${id}.md`);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.task;
}

async function found(query: string, labels: string[] = []): Promise<string[]> {
  const { hits } = await searchTasks(backlog, query, { labels });
  return hits.map((hit) => hit.task.id);
}

it("wants every word, in any field", async () => {
  expect(await found("target encoding")).toEqual(["TASK-2"]);
  expect(await found("target")).toEqual(["TASK-2", "TASK-4"]);
  expect(await found("encod cv")).toEqual(["TASK-2"]);
  expect(await found("nowhere")).toEqual([]);
  expect(await found("?!")).toEqual([]);
});

it("forgives a misspelled word", async () => {
  expect(await found("basline")).toEqual(["TASK-1"]);
});

it("finds words in Japanese, which has no spaces", async () => {
  expect(await found("特徴量")).toEqual(["TASK-3"]);
  expect(await found("エンジニアリング")).toEqual(["TASK-3"]);
  expect(await found("ﾀｰｹﾞｯﾄ")).toEqual([]);
});

it("matches labels exactly, with words or without", async () => {
  expect(await found("", ["exp001"])).toEqual(["TASK-1"]);
  expect(await found("", ["exp", "exp00"])).toEqual([]);
  expect(await found("other", ["exp001"])).toEqual([]);
  expect(await found("")).toEqual(["TASK-1", "TASK-2", "TASK-3", "TASK-4"]);
});

describe("the order", () => {
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const vocabulary =
    "target encoding encode encoder cabin fold folds model.train train training trian leak lgbm 0.81 exp001 特徴量を作る mlflowで 目的変数 baseline basline base café don't epoch epochs".split(
      " ",
    );
  const words = (most: number): string =>
    Array.from({ length: next(most) + 1 }, () => vocabulary[next(vocabulary.length)]).join(" ");
  const tasks = Array.from({ length: 60 }, (_, id) => task(id, words(6), [words(1)], words(40)));

  test.each([
    "target",
    "encod",
    "train",
    "trainign",
    "baseline fold",
    "特徴",
    "mlflow cabin",
    "exp001",
    "0.81",
    "1",
    "epoch leak",
    "modeltrain",
  ])("of usual tasks for %j is that of a full index", (query) => {
    const index = new MiniSearch<{
      key: number;
      id: string;
      title: string;
      labels: string;
      notes: string;
    }>({
      idField: "key",
      fields: ["id", "title", "labels", "description", "plan", "notes", "finalSummary", "criteria"],
      tokenize: (text) => segmentWords(text.normalize("NFKC").toLowerCase()),
      searchOptions: {
        boost: { id: 4, title: 3, labels: 3 },
        combineWith: "AND",
        prefix: true,
        fuzzy: (term) => (/^[a-z]{5,}$/.test(term) ? 0.2 : false),
      },
    });
    index.addAll(
      tasks.map(({ id, title, labels, notes }, key) => ({
        key,
        id,
        title,
        labels: labels.join(" "),
        notes,
      })),
    );
    // Equally good ones stand by number.
    const expected = index
      .search(query)
      .toSorted((a, b) => b.score - a.score || Number(a.id) - Number(b.id))
      .map(({ id, score }) => [tasks[Number(id)]!.id, score.toFixed(6)]);
    const wanted = wantedWords(query);
    const ranked = rankLooks(tasks.map((one) => ({ one, look: lookInTask(one, wanted) })));
    expect(ranked.map(({ one, score }) => [one.one.id, score.toFixed(6)])).toEqual(expected);
  });
});

/** A megabyte of lines. */
function epochs(line: (epoch: number) => string): string {
  let text = "";
  for (let epoch = 0; text.length < 1_000_000; epoch += 1) text += line(epoch);
  return text;
}

describe("a megabyte of notes", () => {
  const notes: Record<string, string> = {
    "of epoch lines": epochs(
      (epoch) => `epoch ${epoch} loss=${1 / epoch} trial_${epoch} model.target(${epoch})\n`,
    ),
    "of almost the word": epochs((epoch) => `targte${epoch} tagret tarxxt ettarg`),
    "without a blank": epochs(() => "targettarget"),
    "of one letter": "t".repeat(1_000_000),
    "of Japanese": epochs(() => "特徴量エンジニアリングを試すと精度が上がる"),
    "of markers without an end": epochs(
      () => "<!-- AC:BEGIN -->\n## Description\n<!-- SECTION:NOTES:BEGIN -->\n",
    ),
    "of empty lines": "\n".repeat(1_000_000),
    "of criteria": epochs((epoch) => `- [ ] #${epoch} target\n`),
  };

  test.each(Object.keys(notes))("%s takes no more than its time", (name) => {
    const began = performance.now();
    const one = task(1, "long", [], notes[name]);
    lookInTask(one, wantedWords("target encoding 特徴量 量 t"));
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it("is looked through to its end", async () => {
    await write(9, "long", [], `${notes["of epoch lines"]}\nthe needle in it`);
    expect(await found("needle")).toEqual(["TASK-9"]);
    expect(await found("neddle")).toEqual(["TASK-9"]);
    await rm(path.join(backlog.folder, "tasks", "task-9 - x.md"));
  });
});
