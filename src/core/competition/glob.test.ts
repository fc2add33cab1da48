import { expect, test } from "vitest";
import { globPattern } from "./glob.ts";

test.each([
  ["*.png", ["a.png", "画像 1.png"], ["a/b.png", "a.pngx", "apng"]],
  ["**/*.png", ["a.png", "a/b/c.png"], ["a.jpg"]],
  ["cat?/[0-9].txt", ["cats/1.txt"], ["cat/1.txt", "cats/a.txt"]],
  ["[!a].csv", ["b.csv"], ["a.csv", "/.csv"]],
  ["a+(b).{c}/*", ["a+(b).{c}/x"], ["ab.c/x"]],
  ["x/**", ["x/a", "x/a/b"], ["y/a"]],
])("%s", (glob, hits, misses) => {
  for (const one of hits) expect(globPattern(glob).test(one), one).toBe(true);
  for (const one of misses) expect(globPattern(glob).test(one), one).toBe(false);
});
