import { segmentWords } from "../core/text/segment-words.ts";
import {
  comparable,
  findWords,
  type FoundWord,
  type WantedWord,
  wantedWords,
} from "./find-words.ts";
import type { Backlog } from "./backlog.ts";
import { parseTask } from "./parse-task.ts";
import { hasLabels, readEachTask } from "./read-tasks.ts";
import type { Problem, Task, TaskHead } from "./task.ts";
import { taskHead } from "./task-head.ts";

/** A task that was found, with how well the words fit; 0 where no words were asked for. */
export interface TaskHit {
  task: TaskHead;
  score: number;
}

/**
 * Open tasks in which every word stands, the best first; a word may be the beginning of one or a little misspelled.
 * Labels are matched exactly. Without words, all tasks with the labels by number. One task at a time is in memory.
 */
export async function searchTasks(
  backlog: Backlog,
  query: string,
  { labels = [] }: { labels?: readonly string[] } = {},
): Promise<{ hits: TaskHit[]; problems: Problem[] }> {
  const wanted = wantedWords(query);
  const { tasks, problems } = await readEachTask(backlog, (text, file) => {
    const parsed = parseTask(text, file);
    if (!parsed.ok) return parsed;
    const look = hasLabels(parsed.task, labels) ? lookInTask(parsed.task, wanted) : undefined;
    return { ok: true, task: { ...taskHead(parsed.task), look } };
  });
  const looked = tasks.flatMap(({ look, ...task }) => (look === undefined ? [] : [{ task, look }]));
  const hits = query.trim() === "" ? looked.map((one) => ({ one, score: 0 })) : rankLooks(looked);
  return { hits: hits.map(({ one: { task }, score }) => ({ task, score })), problems };
}

/** What of a query stands in one task: small, however long the task is. */
export interface Look {
  /** How many different words each field has. */
  lengths: number[];
  /** Of each word looked for, and of each field, the words that fit. */
  found: FoundWord[][][];
}

const fields: readonly { weight: number; text(task: Task): string }[] = [
  { weight: 4, text: (task) => task.id },
  { weight: 3, text: (task) => task.title },
  { weight: 3, text: (task) => task.labels.join(" ") },
  { weight: 1, text: (task) => task.description },
  { weight: 1, text: (task) => task.plan },
  { weight: 1, text: (task) => task.notes },
  { weight: 1, text: (task) => task.finalSummary },
  { weight: 1, text: (task) => task.acceptanceCriteria.map((one) => one.text).join("\n") },
];

/** Characters of a field whose words are counted for its length; a longer one is as long as any. */
const countedLength = 16 * 1024;

/** Looks through one task, which need not be kept after. */
export function lookInTask(task: Task, wanted: readonly WantedWord[]): Look {
  if (wanted.length === 0) return { lengths: [], found: [] };
  const texts = fields.map((field) => comparable(field.text(task)));
  return {
    lengths: texts.map((text) => new Set(segmentWords(text.slice(0, countedLength))).size),
    found: wanted.map((word) => texts.map((text) => findWords(text, word))),
  };
}

/**
 * The looks in which every word was found, the best first, with how well they fit (Okapi BM25+): an unusual word counts
 * for more than a usual one, a word in the title for more than one in the notes.
 */
export function rankLooks<Looked extends { look: Look }>(
  looked: readonly Looked[],
): { one: Looked; score: number }[] {
  const all = countFields(looked.map(({ look }) => look));
  return looked
    .filter(({ look }) => look.found.length > 0 && look.found.every(isFound))
    .map((one) => ({ one, score: scoreOf(one.look, all) }))
    .toSorted((a, b) => b.score - a.score);
}

function isFound(byField: readonly FoundWord[][]): boolean {
  return byField.some((found) => found.length > 0);
}

interface FieldCounts {
  tasks: number;
  averageLengths: number[];
  /** Of each field, in how many tasks a word stands in it. */
  tasksWith: Map<string, number>[];
}

function countFields(looks: readonly Look[]): FieldCounts {
  return {
    tasks: looks.length,
    averageLengths: fields.map(
      (_, field) => looks.reduce((sum, { lengths }) => sum + lengths[field]!, 0) / looks.length,
    ),
    tasksWith: fields.map((_, field) => {
      const counts = new Map<string, number>();
      for (const { found } of looks) {
        const words = new Set(found.flatMap((byField) => byField[field]!.map(({ word }) => word)));
        for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      return counts;
    }),
  };
}

function scoreOf({ lengths, found }: Look, all: FieldCounts): number {
  let score = 0;
  for (const byField of found) {
    for (const [field, words] of byField.entries()) {
      const length = lengths[field]! / (all.averageLengths[field]! || 1);
      for (const { word, fit, count } of words) {
        const rarity = rarityOf(all.tasksWith[field]!.get(word)!, all.tasks);
        score += fit * fields[field]!.weight * rarity * frequency(count, length);
      }
    }
  }
  return score * found.length;
}

function rarityOf(tasksWith: number, tasks: number): number {
  return Math.log(1 + (tasks - tasksWith + 0.5) / (tasksWith + 0.5));
}

/** More for a word that stands often in a short text, with an end to it. */
function frequency(count: number, length: number): number {
  const [saturation, lengthWeight, floor] = [1.2, 0.7, 0.5];
  const softened = saturation * (1 - lengthWeight + lengthWeight * length);
  return floor + (count * (saturation + 1)) / (count + softened);
}
