import MiniSearch from "minisearch";
import { hasLabels } from "./read-tasks.ts";
import type { Task } from "./task.ts";

/** A task that was found, with how well the words fit; 0 where no words were asked for. */
export interface TaskHit {
  task: Task;
  score: number;
}

const fields = [
  "id",
  "title",
  "labels",
  "description",
  "plan",
  "notes",
  "finalSummary",
  "criteria",
];
const words = new Intl.Segmenter("ja", { granularity: "word" });

/**
 * Tasks in which every word stands, the best first; a word may be the beginning of one or a little misspelled.
 * Labels are matched exactly. Without words, all tasks with the labels in their own order.
 */
export function searchTasks(
  tasks: readonly Task[],
  query: string,
  { labels = [] }: { labels?: readonly string[] } = {},
): TaskHit[] {
  const labelled = tasks.filter((task) => hasLabels(task, labels));
  if (query.trim() === "") return labelled.map((task) => ({ task, score: 0 }));
  const index = new MiniSearch<Keyed>({
    idField: "key",
    fields,
    tokenize,
    extractField: (document, field) => fieldText(document, field),
    searchOptions: {
      boost: { id: 4, title: 3, labels: 3 },
      combineWith: "AND",
      prefix: true,
      fuzzy: (term) => (/^[a-z]{5,}$/i.test(term) ? 0.2 : false),
    },
  });
  index.addAll(labelled.map((task, key) => ({ task, key })));
  return index.search(query).map(({ id, score }) => ({ task: labelled[Number(id)]!, score }));
}

/** Words of a text in any script; Japanese, which has no spaces, is cut by its dictionary. */
function tokenize(text: string): string[] {
  return [...words.segment(text.normalize("NFKC"))]
    .filter((one) => one.isWordLike)
    .map((one) => one.segment);
}

interface Keyed {
  task: Task;
  key: number;
}

function fieldText({ task, key }: Keyed, field: string): string {
  if (field === "key") return String(key);
  if (field === "labels") return task.labels.join(" ");
  if (field === "criteria") return task.acceptanceCriteria.map((one) => one.text).join("\n");
  return String(task[field as "title"]);
}
