// Flows of a file competition. `crossfold` and `kaggle` are the commands of each side; `again` has one that fails typed
// once more, three times in all; `reason` is what the stand-in says and a user should read; `holds` says what is so
// afterwards, by the stand-in's state and the files, not by what was printed.
import { existsSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import path from "node:path";
import { must, put } from "./place.mjs";

const download = ["competitions", "download", "bench", "-p", "data/input/bench"];
const submission = "models/exp001/artifacts/submission.csv";
const official = ["competitions", "submit", "bench", "-f", submission, "-m", "exp001"];
const waiting = ["--wait", "300", "--poll-interval", "5"];
const submit = { crossfold: [["submit", "exp001", "--wait"]], kaggle: [[...official, ...waiting]] };

export const fileFlows = [
  {
    name: "competition pages",
    competition: {
      pages: ["description", "evaluation", "data-description", "rules"].map((name) => ({
        name,
        content: `<p>About ${name}.</p>`,
      })),
    },
    crossfold: [["docs", "fetch"]],
    kaggle: [["competitions", "pages", "bench", "list", "bench", "--content"]],
    holds: ({ folder }) => `${filesIn(path.join(folder, "backlog", "docs"))} documents kept`,
  },
  {
    name: "list and download 12 files, 6 MB",
    files: () => someFiles(12, 500_000),
    crossfold: [["data", "download"]],
    kaggle: [
      ["competitions", "files", "bench"],
      [...download, "--unzip"],
    ],
    holds: filesHere,
  },
  {
    name: "list and download 200 files, 1 MB",
    files: () => someFiles(200, 5000),
    crossfold: [["data", "download"]],
    kaggle: [
      ["competitions", "files", "bench", "--page-size", "200"],
      [...download, "--unzip"],
    ],
    holds: filesHere,
  },
  {
    name: "download again, nothing changed (kaggle without --unzip, its archive kept)",
    files: () => someFiles(12, 500_000),
    before: (place) =>
      must(place, { crossfold: ["data", "download"], kaggle: download }[place.side]),
    crossfold: [["data", "download"]],
    kaggle: [download],
    holds: filesHere,
  },
  {
    name: "download again, one file of 12 changed",
    files: () => someFiles(12, 500_000),
    before: async (place) => {
      const unpacked = [...download, "--unzip"];
      await must(place, { crossfold: ["data", "download"], kaggle: unpacked }[place.side]);
      place.files["file-3.csv"] = "id\n1\n";
      put(place.source, "file-3.csv", place.files["file-3.csv"]);
      const later = new Date(Date.now() + 60_000);
      utimesSync(path.join(place.source, "file-3.csv"), later, later);
    },
    crossfold: [["data", "download"]],
    kaggle: [[...download, "--unzip"]],
    holds: filesHere,
  },
  {
    name: "rules not accepted, download",
    bare: true,
    competition: { rulesAccepted: false },
    crossfold: [["data", "download"]],
    kaggle: [download],
    reason: "You must accept this competition's rules",
    holds: filesHere,
  },
  {
    name: "download cut in the middle, typed again while it fails",
    files: () => ({ "train.csv": numbers(0, 3_000_000) }),
    before: ({ fake }) => fake.fault({ on: "Download", kind: "cut-body", at: 0.5 }),
    again: true,
    crossfold: [["data", "download"]],
    kaggle: [[...download, "--unzip"]],
    holds: filesHere,
  },
  {
    name: "download cut at every tenth, typed again while it fails",
    rounds: 1,
    files: () => ({ "train.csv": numbers(0, 3_000_000) }),
    before: ({ fake }) => fake.fault({ on: "Download", kind: "cut-every-tenth" }),
    again: true,
    crossfold: [["data", "download"]],
    kaggle: [[...download, "--unzip"]],
    holds: filesHere,
  },
  {
    name: "submit a file",
    crossfold: [["submit", "exp001"]],
    kaggle: [official],
    holds: spent,
  },
  {
    name: "submit a file and wait for its score, 2 s of grading",
    competition: { gradingMs: 2000 },
    ...submit,
    holds: spent,
  },
  {
    name: "the same file submitted a second time by mistake",
    before: (place) =>
      must(place, { crossfold: ["submit", "exp001"], kaggle: official }[place.side]),
    crossfold: [["submit", "exp001"]],
    kaggle: [official],
    holds: spent,
  },
  {
    name: "upload answered 503 once, typed again while it fails",
    before: ({ fake }) => fake.fault({ on: "Upload", kind: "status", status: 503 }),
    again: true,
    crossfold: [["submit", "exp001"]],
    kaggle: [official],
    holds: spent,
  },
  {
    name: "120 submissions listed (lb sync: scores recorded)",
    before: submitted(120),
    crossfold: [["lb", "sync"]],
    kaggle: [["competitions", "submissions", "bench", "--page-size", "200"]],
    holds: recorded,
  },
  {
    name: "the same 120 listed again",
    before: async (place) => {
      submitted(120)(place);
      if (place.side === "crossfold") await must(place, ["lb", "sync"]);
    },
    crossfold: [["lb", "sync"]],
    kaggle: [["competitions", "submissions", "bench", "--page-size", "200"]],
    holds: recorded,
  },
  {
    name: "the list answered 429 with Retry-After 1",
    before: async (place) => {
      submitted(3)(place);
      place.fake.fault({ on: "ListSubmissions", kind: "status", status: 429, retryAfter: 1 });
    },
    crossfold: [["lb", "sync"]],
    kaggle: [["competitions", "submissions", "bench"]],
    holds: recorded,
  },
  {
    name: "the day's limit reached",
    competition: { maxDailySubmissions: 1 },
    before: submitted(1),
    ...submit,
    reason: /no more submissions today|daily Submission allowance/,
    holds: spent,
  },
  {
    name: "rules not accepted, submit",
    competition: { rulesAccepted: false },
    ...submit,
    reason: "rules",
    holds: spent,
  },
  {
    name: "submission answered with an error inside a 200",
    before: ({ fake }) =>
      fake.fault({ on: "CreateSubmission", kind: "error-in-200", message: "Team is being merged" }),
    ...submit,
    reason: "Team is being merged",
    holds: spent,
  },
  {
    name: "submission that cannot be scored",
    competition: {
      score: () => {
        throw new Error("Evaluation Exception: the value in row 2 is out of range");
      },
    },
    ...submit,
    reason: "Evaluation Exception: the value in row 2 is out of range",
    holds: spent,
  },
  {
    name: "answer lost after the submission; typed again while it fails",
    before: ({ fake }) => fake.fault({ on: "CreateSubmission", kind: "lost-response" }),
    again: true,
    ...submit,
    holds: spent,
  },
  {
    name: "answer lost, and the list not to be had for a while; typed again while it fails",
    before: ({ fake }) => {
      fake.fault({ on: "CreateSubmission", kind: "lost-response" });
      fake.fault({ on: "ListSubmissions", kind: "status", status: 503, after: 1, times: 8 });
    },
    again: true,
    ...submit,
    holds: spent,
  },
];

/** Submissions that Kaggle counts, of both sides alike, whatever was printed. */
export function spent({ fake, folder }) {
  const states = fake.submissions.map(({ status }) => status).join(", ");
  const kept = ledger(folder).length;
  const scores = kept === 0 ? "" : `; ${kept} score${kept === 1 ? "" : "s"} recorded here`;
  const count = fake.submissions.length;
  return `${count} submission${count === 1 ? "" : "s"}${states === "" ? "" : ` (${states})`}${scores}`;
}

function recorded({ folder }) {
  return `${ledger(folder).length} scores recorded here`;
}

function ledger(folder) {
  const file = path.join(folder, "models", "exp001", "scores.jsonl");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.includes('"kind":"lb"'));
}

function submitted(count) {
  return ({ fake }) => {
    for (let index = 0; index < count; index += 1) {
      fake.submissions.push({
        ref: 5000 + index,
        competition: "bench",
        fileName: "submission.csv",
        description: `exp001: number ${index}`,
        date: new Date(Date.now() - (count - 1 - index) * 1000),
        totalBytes: 20,
        status: "COMPLETE",
        publicScore: (0.5 + index / 1000).toFixed(5),
        privateScore: "0.50000",
        errorDescription: "",
        pollsLeft: 0,
      });
    }
  };
}

function filesHere({ folder, files }) {
  const data = path.join(folder, "data", "input", "bench");
  const names = Object.keys(files);
  const right = names.filter((name) => {
    const file = path.join(data, name);
    return existsSync(file) && readFileSync(file, "utf8") === files[name];
  });
  const zip = existsSync(path.join(data, "bench.zip")) ? ", bench.zip" : "";
  return `${right.length} of ${names.length} files right${zip}`;
}

function filesIn(folder) {
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

function someFiles(count, bytes) {
  const names = Array.from({ length: count }, (_, index) => `file-${index}.csv`);
  return Object.fromEntries(names.map((name, index) => [name, numbers(index, bytes)]));
}

/** The same text every time, that does not pack well. */
function numbers(seed, bytes) {
  const lines = ["id,x"];
  let state = seed * 7919 + 1;
  for (let length = 0; length < bytes; length += 18) {
    state = (state * 48_271) % 2_147_483_647;
    lines.push(`${100_000 + (lines.length % 900_000)},${String(state).padStart(10, "0")}`);
  }
  return `${lines.join("\n")}\n`;
}
