import MiniSearch from "minisearch";
import { meaningfulWords } from "../../core/text/words.ts";
import type { Idea } from "./experiment-ideas.ts";

/** At least this share of the hypothesis's words must be found in a previous one for it to count as similar. */
const leastShare = 0.3;
const most = 5;

/** Previous ideas similar to this hypothesis, the most similar first, in any script. */
export function similarIdeas(hypothesis: string, ideas: readonly Idea[]): Idea[] {
  const wanted = meaningfulWords(hypothesis);
  if (wanted.length === 0) return [];
  const index = new MiniSearch<Idea & { id: number }>({
    fields: ["text"],
    tokenize: meaningfulWords,
    processTerm: (term) => term,
    searchOptions: {
      tokenize: meaningfulWords,
      processTerm: (term) => term,
      fuzzy: (term) => (/^[a-z]{5,}$/.test(term) ? 0.2 : false),
    },
  });
  index.addAll(ideas.map((idea, id) => ({ ...idea, id })));
  return index
    .search(hypothesis)
    .filter(({ queryTerms }) => new Set(queryTerms).size / wanted.length >= leastShare)
    .slice(0, most)
    .map(({ id }) => ideas[id as number]!);
}
