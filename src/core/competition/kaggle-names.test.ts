import { expect, test } from "vitest";
import { kaggleNames, slugify } from "./kaggle-names.ts";

test.each([
  ["Titanic exp001", "titanic-exp001"],
  ["spaceship-titanic exp012_lgbm", "spaceship-titanic-exp012-lgbm"],
  ["  Été à l'aube! ", "ete-a-l-aube"],
])("%s is %s in an address", (title, slug) => expect(slugify(title)).toBe(slug));

test("names carry competition and experiment", () => {
  expect(kaggleNames("titanic", "exp012_lgbm")).toEqual({
    notebook: { title: "titanic exp012_lgbm", slug: "titanic-exp012-lgbm" },
    deps: { title: "titanic deps", slug: "titanic-deps" },
    model: { title: "titanic crossfold", slug: "titanic-crossfold" },
    variation: "exp012-lgbm",
  });
});

test("none is longer than Kaggle's 50, and competitions that differ at the end stay apart", () => {
  const long = "a-competition-with-a-name-that-never-seems-to-come-to-an-end-round";
  const [one, two] = ["1", "2"].map((round) => kaggleNames(`${long}-${round}`, "exp012_lightgbm"));
  for (const { title, slug } of [one!.notebook, one!.deps, one!.model]) {
    expect(title.length).toBeLessThanOrEqual(50);
    expect(slugify(title)).toBe(slug);
  }
  expect(one!.notebook.title).toMatch(/-round-1 exp012_lightgbm$/);
  expect(one!.notebook.slug).not.toBe(two!.notebook.slug);
});
