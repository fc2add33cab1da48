import { ResourceNotFoundError, type TextResourceContents } from "@modelcontextprotocol/server";
import { asData } from "./untrusted-text.ts";
import { callReadOnly } from "./call-read-only.ts";
import { asProtocolError } from "./protocol-error.ts";

type Read = (cwd: string, id: string) => Promise<Omit<TextResourceContents, "uri">>;

const markdown = (text: string) => ({ mimeType: "text/markdown", text });
const json = (value: unknown) => ({
  mimeType: "application/json",
  text: JSON.stringify(value, null, 2),
});

/** Addresses with an id in them, and how each is read. */
const readers: readonly { address: RegExp; read: Read }[] = [
  {
    address: /^crossfold:\/\/docs$/,
    read: async (cwd) => json((await callReadOnly(cwd, "docs", {})).output),
  },
  {
    address: /^crossfold:\/\/tasks$/,
    read: async (cwd) => json((await callReadOnly(cwd, "tasks", {})).output),
  },
  {
    address: /^crossfold:\/\/runs$/,
    read: async (cwd) => json((await callReadOnly(cwd, "runs", { limit: 100 })).output),
  },
  { address: /^crossfold:\/\/docs\/([^/]+)$/, read: readDocument },
  { address: /^crossfold:\/\/tasks\/([^/]+)$/, read: readTaskText },
  { address: /^crossfold:\/\/runs\/([^/]+)\/log$/, read: readLog },
];

/** One resource by its address. Throws a protocol error that says what there is. */
export async function readResource(cwd: string, uri: string): Promise<TextResourceContents> {
  for (const { address, read } of readers) {
    const match = address.exec(uri);
    if (match === null) continue;
    const id = decoded(match[1] ?? "");
    if (id === undefined) break;
    return {
      uri,
      ...(await read(cwd, id).catch((error) => Promise.reject(asProtocolError(error)))),
    };
  }
  throw new ResourceNotFoundError(uri);
}

/** Undefined for percent signs that mean nothing. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

async function readDocument(cwd: string, id: string) {
  const { output } = await callReadOnly(cwd, "docs view", { id });
  return markdown(
    asData(
      `the document ${output.id}, ${output.file}${output.fetched ? ", downloaded" : ""}`,
      `# ${output.title}\n\n${output.content}`,
    ),
  );
}

async function readTaskText(cwd: string, id: string) {
  const { output: task } = await callReadOnly(cwd, "tasks view", { id });
  const criteria = task.acceptanceCriteria.map(
    ({ checked, text }) => `- [${checked ? "x" : " "}] ${text}`,
  );
  const parts = [
    `# ${task.id} ${task.title}`,
    `${task.status}; labels ${task.labels.join(", ") || "none"}; depends on ${task.dependencies.join(", ") || "nothing"}`,
    task.description,
    criteria.join("\n"),
    ...section("Plan", task.plan),
    ...section("Notes", task.notes),
    ...section("Summary", task.finalSummary),
  ];
  return markdown(
    asData(`the task ${task.id}, ${task.file}`, parts.filter((part) => part !== "").join("\n\n")),
  );
}

function section(title: string, text: string): string[] {
  return text === "" ? [] : [`## ${title}\n\n${text}`];
}

async function readLog(cwd: string, id: string) {
  const { output, text } = await callReadOnly(cwd, "logs", { run: id });
  return {
    mimeType: "text/plain",
    text: asData(`the log of ${output.run}, ${output.state}`, text),
  };
}
