import { describe, expect, it } from "vitest";
import { dataAmong, ignoreLine } from "./data-files.ts";

const paths = (files: string[], size?: (file: string) => number) =>
  dataAmong(files, size).map(({ path, kind }) => (kind === "folder" ? `${path}/` : path));
const many = (folder: string, ending: string, count = 20) =>
  Array.from({ length: count }, (_, index) => `${folder}/${index}.${ending}`);

describe("what is data", () => {
  it("is a table, an archive or an image by its ending, whatever its case", () => {
    const files = ["train.csv", "all.ZIP", "a b.parquet", "絵.jpg", "main.py", "README.md"];
    expect(paths(files)).toEqual(["a b.parquet", "all.ZIP", "train.csv", "絵.jpg"]);
  });

  it("is a folder of nothing but data, as one entry", () => {
    const files = ["images/cats/1.png", "images/dogs/2.png", "images/labels.csv"];
    expect(dataAmong(files)).toEqual([{ path: "images", kind: "folder", files: 3 }]);
    expect(paths([...files, "images/read.py"])).toEqual(["images/cats/", "images/dogs/"]);
  });

  it("is a folder of many texts, or a large text, but no settings and no notes", () => {
    expect(paths(many("reviews", "txt"))).toEqual(["reviews/"]);
    expect(paths(many("notes", "txt", 3))).toEqual([]);
    expect(paths(["package.json", "requirements.txt"])).toEqual([]);
    expect(
      paths(["train.json", "package.json"], (file) => (file === "train.json" ? 5e6 : 10)),
    ).toEqual(["train.json"]);
  });

  it("is no fixture amid code, nothing of the workspace's own, and no other repository", () => {
    const own = ["models/exp001/x.csv", "templates/models/a.png", ".venv/lib/a.npy", ".cache.bin"];
    expect(paths(["src/fixtures/small.csv", "src/fixtures/x.py", "other/"])).toEqual([]);
    expect(paths(own)).toEqual([".cache.bin"]);
  });
});

it("names one thing in .gitignore, whatever characters it has", () => {
  expect(ignoreLine({ path: "画像 [1]*", kind: "folder" })).toBe("/画像 \\[1\\]\\*/");
  expect(ignoreLine({ path: "#a.csv ", kind: "file" })).toBe("/#a.csv\\ ");
  expect(ignoreLine({ path: "a\nb.csv", kind: "file" })).toBe("/a?b.csv");
});
