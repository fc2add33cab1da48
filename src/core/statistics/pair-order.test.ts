import { expect, test } from "vitest";
import { countPairs } from "./pair-order.ts";

test("counts pairs as comparing each with each does", () => {
  for (let round = 0; round < 50; round += 1) {
    const points = Array.from({ length: 2 + draw(30) }, () => [draw(6) / 5, draw(6) / 5] as const);
    expect(countPairs(points)).toEqual(slowly(points));
  }
});

function draw(count: number): number {
  return Math.floor(Math.random() * count);
}

function slowly(points: readonly (readonly [number, number])[]) {
  let [same, other] = [0, 0];
  for (const [index, [x, y]] of points.entries())
    for (const [u, v] of points.slice(index + 1)) {
      const order = Math.sign(x - u) * Math.sign(y - v);
      if (order > 0) same += 1;
      if (order < 0) other += 1;
    }
  return { same, other };
}
