import { writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { paths } from "../../storage/workspace/paths.ts";
import { submit } from "../../operations/commands/submit/submit.ts";
import { startFakeKaggle } from "../../../test/kaggle/fake-kaggle.ts";
import { addExperiment, makeWorkspace, testContext } from "../../../test/support/workspace.ts";

const score = () => ({ public: 1, private: 1 });

test("a file that changes between the check and the upload spends no submission", async () => {
  const ws = await makeWorkspace(`competition_name: toy
competition_platform: kaggle
data: { id: id, target: target }
metric: { name: accuracy, direction: maximize }
`);
  await addExperiment(ws, "exp001");
  await mkdir(paths.input(ws), { recursive: true });
  await writeFile(path.join(paths.input(ws), "sample_submission.csv"), "id,target\na,0\n");
  const file = path.join(ws.root, "mine.csv");
  await writeFile(file, "id,target\na,1\n");
  const competitions = [{ slug: "toy", files: paths.input(ws), score }];
  const fake = await startFakeKaggle({ competitions });
  try {
    const context = { ...testContext(ws, new Date()), env: { ...fake.env } };
    context.progress.step = (text) => {
      if (text.startsWith("uploading")) writeFileSync(file, "id,target\na,0\n");
    };
    const request = submit.input.parse({ experiment: "exp001", file: "mine.csv", yes: true });
    await expect(submit.run(context, request)).rejects.toMatchObject({ code: "file-changed" });
    expect(fake.submissions).toEqual([]);
  } finally {
    await fake.close();
  }
});
