import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { CallToolResult } from "@modelcontextprotocol/client";
import { cliPath } from "./tools.ts";

/** A server's process with the official client on it. */
export interface McpSession {
  client: Client;
  pid: number;
  /** A tool's structured content; fails the test where the call failed. */
  call<T = Record<string, unknown>>(name: string, args?: Record<string, unknown>): Promise<T>;
  /** The same call where the result itself is looked at. */
  raw(name: string, args?: Record<string, unknown>): Promise<CallToolResult>;
  /** What clients are told beside results. */
  logged: string[];
  stderr(): string;
  /** What the server sent that is not the protocol. */
  faults: Error[];
}

/** Starts `crossfold mcp` as a client of the given protocol would. Close the client when done. */
export async function startMcp(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; protocol?: "2025" | "2026" },
): Promise<McpSession> {
  const { cwd, protocol = "2025" } = options;
  const env = Object.fromEntries(
    Object.entries(options.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [cliPath, "mcp", ...args],
    cwd,
    env,
    stderr: "pipe",
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const client = new Client(
    { name: "crossfold-test", version: "1.0.0" },
    protocol === "2025" ? {} : { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  const logged: string[] = [];
  client.setNotificationHandler("notifications/message", ({ params }) => {
    logged.push(String(params.data));
  });
  const faults: Error[] = [];
  Object.assign(client, { onerror: (error: Error) => faults.push(error) });
  await client.connect(transport);
  const raw = async (name: string, given: Record<string, unknown> = {}) =>
    (await client.callTool({ name, arguments: given })) as CallToolResult;
  return {
    client,
    pid: transport.pid!,
    raw,
    async call<T>(name: string, given?: Record<string, unknown>) {
      const result = await raw(name, { ...given, structured: true });
      if (result.isError) throw new Error(`${name}: ${textOf(result)}`);
      return result.structuredContent as T;
    },
    logged,
    stderr: () => stderr,
    faults,
  };
}

/** Every text of a result, as an agent that reads no structured content sees it. */
export function textOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}
