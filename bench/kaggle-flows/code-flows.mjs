// Flows of a code competition, where a command of Crossfold's has the same meaning. Both sides have the same names,
// files and notebook.
import { cpSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { must, put, run } from "./place.mjs";
import { spent } from "./file-flows.mjs";

const variation = "tester/bench-crossfold/other/exp001";
const kernel = "tester/bench-exp001";
const createModel = [
  ["models", "create", "-p", "model"],
  ["models", "instances", "create", "-p", "instance", "-r", "zip"],
];
const createVersion = ["models", "instances", "versions", "create", variation, "-p", "instance"];
const push = ["kernels", "push", "-p", "kernel"];
const follow = [
  ["kernels", "logs", "-f", `${kernel}/1`],
  ["kernels", "status", `${kernel}/1`],
  ["kernels", "output", `${kernel}/1`, "-p", "output"],
];
const official = ["competitions", "submit", "bench", "-k", kernel, "-v", "1"];
const submit = {
  crossfold: [["submit", "exp001", "--wait"]],
  kaggle: [
    [...official, "-f", "submission.csv", "-m", "exp001", "--wait", "300", "--poll-interval", "5"],
  ],
};
const untilOutput = {
  crossfold: [["submit", "exp001", "--until", "output"]],
  kaggle: [push, ...follow],
};

export const codeFlows = [
  {
    name: "a model with its first version, 1 MB",
    before: layOut,
    crossfold: [["submit", "exp001", "--until", "model"]],
    kaggle: createModel,
    holds: versions,
  },
  {
    name: "model again, one file changed",
    before: async (place) => {
      await withModel(place);
      const own = { crossfold: "models/exp001", kaggle: "instance" };
      put(place.folder, `${own[place.side]}/artifacts/metrics.json`, '{"a": 1}\n');
    },
    crossfold: [["submit", "exp001", "--until", "model"]],
    kaggle: [[...createVersion, "-r", "zip", "-n", "second"]],
    holds: versions,
  },
  {
    name: "model again, nothing changed",
    before: withModel,
    crossfold: [["submit", "exp001", "--until", "model"]],
    kaggle: [[...createVersion, "-r", "zip", "-n", "second"]],
    holds: versions,
  },
  {
    name: "notebook pushed, followed, its output brought",
    before: withModel,
    again: true,
    ...untilOutput,
    holds: output,
  },
  {
    name: "push refused inside a 200",
    before: async (place) => {
      await withModel(place);
      const message = "Maximum batch CPU session count of 5 reached.";
      place.fake.fault({ on: "SaveKernel", kind: "error-in-200", message });
    },
    crossfold: [["submit", "exp001", "--until", "kernel"]],
    kaggle: [push],
    reason: "Maximum batch CPU session count of 5 reached.",
    holds: output,
  },
  {
    name: "push with a data set that Kaggle drops",
    before: async (place) => {
      await withModel(place);
      const own = { crossfold: "models/exp001/submission", kaggle: "kernel" };
      const name = `${own[place.side]}/kernel-metadata.json`;
      const metadata = JSON.parse(readFileSync(path.join(place.folder, name), "utf8"));
      metadata.dataset_sources = ["tester/no-such-data"];
      put(place.folder, name, JSON.stringify(metadata));
    },
    crossfold: [["submit", "exp001", "--until", "kernel"]],
    kaggle: [push],
    reason: "tester/no-such-data",
    holds: output,
  },
  {
    name: "notebook that fails (its status asked for without the 404 after a push)",
    settings: { notFoundPolls: 0 },
    before: async (place) => {
      const broken = 'raise SystemExit("no such column: x")\n';
      put(place.folder, "models/exp001/inference.py", broken);
      await withModel(place);
    },
    crossfold: [["submit", "exp001", "--until", "kernel"]],
    kaggle: [push, ...follow.slice(0, 2)],
    reason: "no such column: x",
    holds: output,
  },
  {
    name: "notebook's version submitted and waited for",
    before: withOutput,
    ...submit,
    holds: spent,
  },
  {
    name: "answer lost after the notebook's submission; typed again while it fails",
    before: async (place) => {
      await withOutput(place);
      place.fake.fault({ on: "CreateCodeSubmission", kind: "lost-response" });
    },
    again: true,
    ...submit,
    holds: spent,
  },
].map((flow) => Object.assign(flow, { code: true, rounds: 1 }));

/** What the official client wants beside the workspace: folders with metadata files. */
function layOut({ side, folder }) {
  if (side === "crossfold") return;
  const model = { ownerSlug: "tester", slug: "bench-crossfold", title: "bench crossfold" };
  const more = { isPrivate: true, description: "" };
  put(folder, "model/model-metadata.json", JSON.stringify({ ...model, ...more }));
  cpSync(path.join(folder, "models", "exp001"), path.join(folder, "instance"), { recursive: true });
  const instance = { ownerSlug: "tester", modelSlug: model.slug, instanceSlug: "exp001" };
  const details = { framework: "other", licenseName: "Apache 2.0", overview: "" };
  const metadata = JSON.stringify({ ...instance, ...details });
  put(folder, "instance/model-instance-metadata.json", metadata);
  const submission = path.join(folder, "models", "exp001", "submission");
  cpSync(submission, path.join(folder, "kernel"), { recursive: true });
  const file = path.join(folder, "kernel", "kernel-metadata.json");
  const text = readFileSync(file, "utf8").replaceAll("OWNER", "tester");
  put(folder, "kernel/kernel-metadata.json", text);
}

async function withModel(place) {
  layOut(place);
  const commands = { crossfold: [["submit", "exp001", "--until", "model"]], kaggle: createModel };
  for (const words of commands[place.side]) await must(place, words);
  // Shown as ready on the second look.
  if (place.side === "kaggle")
    for (const _ of [1, 2])
      await must(place, ["models", "instances", "list", "tester/bench-crossfold"]);
}

async function withOutput(place) {
  await withModel(place);
  for (const words of untilOutput[place.side]) await mustSoon(place, words);
}

/** The official client ends with 1 where Kaggle does not know a version yet. */
async function mustSoon(place, words) {
  const { exitCode } = await run(place, words);
  if (exitCode !== 0) await must(place, words);
}

function versions({ fake }) {
  const instances = fake.models.get("tester/bench-crossfold")?.instances ?? [];
  const made = instances.flatMap((instance) => instance.versions);
  return `${made.length} version${made.length === 1 ? "" : "s"}`;
}

function output({ fake, folder, side }) {
  const pushed = fake.kernels.get(kernel)?.versions.length ?? 0;
  const brought =
    side === "kaggle"
      ? existsSync(path.join(folder, "output", "submission.csv"))
      : existsSync(path.join(folder, ".crossfold/kaggle/exp001/submission.csv"));
  return `${pushed} version${pushed === 1 ? "" : "s"} pushed, output ${brought ? "here" : "not here"}`;
}
