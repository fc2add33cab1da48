import { afterEach, expect, test, vi } from "vitest";
import { runCommandLine } from "../src/doors/cli/main-command.ts";
import { complete } from "../src/doors/cli/completion.ts";
import { callTool } from "../src/doors/mcp/call-tool.ts";
import { listTools } from "../src/doors/mcp/tool-list.ts";
import { namesAreData } from "../src/doors/mcp/untrusted-text.ts";

/** The two tables with one line more each: what CONTRIBUTING.md asks of whoever adds a command, and nothing else. */
vi.mock("../src/operations/table.ts", async (original) => {
  const real = await original<typeof import("../src/operations/table.ts")>();
  const { notes: operation } = await import("./fixtures/new-command/notes.ts");
  const load = async () => operation;
  const notes = { phase: "plan", summary: "Count the words of a note", load };
  return {
    ...real,
    operations: { notes },
    operationNames: ["notes"],
    isOperationName: (name: string) => name === "notes",
    isRare: () => false,
  };
});
vi.mock("../src/doors/text/renderers.ts", async () => {
  const { renderNotes } = await import("./fixtures/new-command/render-notes.ts");
  return { loadRenderer: async () => renderNotes };
});

afterEach(() => vi.restoreAllMocks());

async function printed(run: () => Promise<number>): Promise<{ exitCode: number; stdout: string }> {
  let stdout = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((stdout += String(text))));
  const exitCode = await run();
  vi.restoreAllMocks();
  return { exitCode, stdout };
}

const typed = (...argv: string[]) => printed(() => runCommandLine(argv));

test("the command line runs it: flags, a renderer, the line for the next call", async () => {
  expect(await typed("notes", "it is", "--loud")).toEqual({
    exitCode: 0,
    stdout: "IT IS: 2 words; next crossfold notes 'IT IS' --least 3\n",
  });
});

test("--json is its output, as its schema has it", async () => {
  const { stdout } = await typed("notes", "it is", "--json");
  expect(JSON.parse(stdout)).toEqual({ text: "it is", words: 2 });
});

test("wrong usage is refused in its own words", async () => {
  await expect(typed("notes", "it is", "-l", "x")).rejects.toMatchObject({
    code: "usage",
    exitCode: 2,
    expected: "Words it must have",
  });
});

test("help, the list of commands and completion know it", async () => {
  expect((await typed("--help")).stdout).toMatch(/plan.*\n +notes +Count the words of a note/);
  expect((await typed("notes", "--help")).stdout).toMatch(/--least <number>.*default: 0/s);
  const { stdout } = await printed(() => complete(["zsh", "--", "notes", "--l"]));
  expect(stdout).toContain("--least\tWords it must have");
  expect(stdout).toContain("--loud");
});

test("agents have it as a tool, less what only a terminal needs", async () => {
  const [tool] = await listTools();
  expect(tool).toMatchObject({
    name: "notes",
    description: "Count the words of a note. Use it when a note is long.",
    annotations: { readOnlyHint: true },
  });
  expect(Object.keys(tool!.inputSchema.properties!)).toEqual(["text", "least", "structured"]);
  const request = { mcpReq: { signal: new AbortController().signal } };
  const params = { name: "notes", arguments: { text: "it is", structured: true } };
  const result = await callTool("/", params, request as never).result;
  expect(result.structuredContent).toEqual({ text: "it is", words: 2 });
  expect(result.content).toEqual([
    {
      type: "text",
      text: `${namesAreData}\nit is: 2 words; next notes {"text":"it is","least":3}`,
    },
  ]);
});
