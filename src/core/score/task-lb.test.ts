import { expect, test } from "vitest";
import { publicLbInTask } from "./task-lb.ts";

test.each([
  ["Public LB: 0.8750", 0.875],
  ["CV=0.8765, LB=0.8750. Next: try feature X (see TASK-M)", 0.875],
  ["CV score: 0.8765 (config summary)\n\nPublic LB: 0.8750\n\nPublic LB: 0.8801", 0.8801],
  ["public lb = .9\nlb 0.8", undefined],
  ["LB score: 12.5, CV 12.1", 12.5],
  ["- LB (public): -0.25\n- LB (private): 0.5", -0.25],
  ["Public leaderboard: 1.2e-3", 0.0012],
  ["公開LB：0.8750", 0.875],
  ["パブリックLBスコア＝0.8750。次は特徴量", 0.875],
  ["Private LB: 0.8600", undefined],
  ["プライベートLB: 0.8600", undefined],
  ["Expected LB: 0.9, best LB: 0.95, target LB = 0.99", undefined],
  ["LB: 12/300, LB: 12th, LB: 5%, LB: 1,234", undefined],
  ["LB-CV: 0.01, CVLB=0.3, LB gap: 0.1", undefined],
  ["CV score: 0.8765", undefined],
  ["", undefined],
])("%j states %s", (notes, score) => {
  expect(publicLbInTask({ notes, finalSummary: "" })).toBe(score);
});

test("the final summary was written after the notes", () => {
  const notes = "Public LB: 0.8750";
  expect(publicLbInTask({ notes, finalSummary: "CV=0.9, LB=0.8801." })).toBe(0.8801);
  expect(publicLbInTask({ notes, finalSummary: "nothing learnt" })).toBe(0.875);
});
