import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rmseGrader, rmsleGrader } from "./graders.ts";

let folder = "";
let solution = { file: "", id: "id", target: "y" };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "graders-"));
  solution = { ...solution, file: path.join(folder, "solution.csv") };
  await writeFile(solution.file, "id,y,Usage\n1,1,Public\n2,2,Public\n3,5,Private\n");
});

afterEach(() => rm(folder, { recursive: true }));

test("public and private rows are scored apart, whatever their order", async () => {
  const submission = Buffer.from("id,y\n3,2\n2,2\n1,1\n");
  expect(await rmseGrader(solution)(submission)).toEqual({ public: 0, private: 3 });
  expect(await rmsleGrader(solution)(submission)).toEqual({
    public: 0,
    private: expect.closeTo(Math.log(2)),
  });
});

test.each([
  ["a row too few", "id,y\n1,1\n2,2\n", "must have 3 rows"],
  ["a row that is another", "id,y\n1,1\n2,2\n4,4\n", "Missing id: 3"],
])("a submission with %s is refused", async (_, text, message) => {
  await expect(rmseGrader(solution)(Buffer.from(text))).rejects.toThrow(message);
});
