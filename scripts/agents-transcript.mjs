// Writes docs/agents-transcript.md: an agent's session through MCP, on a fresh demo. Takes two to five minutes.
//
//     npm run build && node scripts/agents-transcript.mjs
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const program = path.join(repository, "dist", "main.js");
const scratch = mkdtempSync(path.join(tmpdir(), "crossfold-agent-"));
const root = path.join(scratch, "ames");

const before = "        result = cross_validate(";
const leak = `        encoder = TargetEncoder()
        place = data.train.select(pl.col("Neighborhood").fill_null(""))
        f_place = encoder.fit_transform(place, data.targets[0].y)
        data.train = data.train.with_columns(f_place=f_place[:, 0])
`;

const lines = [];
try {
  run("demo", root);
  run("-C", root, "split", "--write");
  const client = new Client({ name: "transcript", version: "1" });
  const command = { command: process.execPath, args: [program, "mcp"], cwd: root };
  await client.connect(new StdioClientTransport(command));
  const call = async (name, given) => {
    const { content } = await client.callTool({ name, arguments: given }, { timeout: 600_000 });
    const text = content.map((part) => part.text).join("\n");
    lines.push(`>>> ${name} ${JSON.stringify(given)}`, text, "");
  };
  const say = (text) => lines.push("```", "", text, "", "```");

  const hypothesis = "Prices follow the neighbourhood: encode it by its mean price";
  await call("plan", {});
  await call("plan_add", { hypothesis, from: "exp002" });
  await call("new", { from: "exp002" });
  say("The agent edits `models/exp003/train.py`: a target encoder fitted before the folds.");
  const script = path.join(root, "models", "exp003", "train.py");
  replaceIn(script, before, `${leak}${before}`);
  await call("check", { experiments: ["exp003"] });
  say(
    "The agent fixes it: the template's own encoder is fitted inside the fold; max_categories = 20 gives it Neighborhood.",
  );
  replaceIn(script, leak, "");
  const settings = path.join(root, "models", "exp003", "settings.py");
  replaceIn(settings, "max_categories: int = 100", "max_categories: int = 20");
  await call("check", { experiments: ["exp003"] });
  await call("train", { experiment: "exp003", on: "local", debug: true });
  await call("train", { experiment: "exp003", on: "local" });
  await call("compare", { a: "exp002", b: "exp003" });
  await call("tasks_view", { id: "TASK-3" });
  await client.close();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
writeFileSync(
  path.join(repository, "docs", "agents-transcript.md"),
  `# An agent's session through MCP

What a client of \`crossfold mcp\` called and what it got back, on the workspace that \`crossfold demo\` leaves, after
\`crossfold split --write\`: plan, a new experiment, an edit with a leak in it, \`check\`, the fix, training, and the score in
the task. Written by \`node scripts/agents-transcript.mjs\`; a session of the same kind, driven by the official client, is a
test: \`test/e2e/mcp.test.ts\`.

\`\`\`
${lines.join("\n").trim()}
\`\`\`

No score was typed, and the verdict is that of the folds.
`,
);

function run(...words) {
  execFileSync(process.execPath, [program, ...words], { cwd: scratch, stdio: "ignore" });
}

function replaceIn(file, from, to) {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, text.replace(from, to));
}
