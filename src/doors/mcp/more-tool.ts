import type { Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import { UserError } from "../../core/errors/user-error.ts";
import {
  isOperationName,
  isRare,
  type OperationName,
  operationNames,
  operations,
} from "../../operations/table.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { structuredKey } from "./tool-input.ts";
import { inputSchema } from "./tool-schema.ts";

/** The tool that stands for all that is rarely needed, so that a client need not list it. */
export const moreTool = "more";

const asked = z.strictObject({
  command: z.string(),
  input: z.record(z.string(), z.unknown()).optional(),
});

export function describeMore(): Tool {
  const lines = operationNames.filter(isRare).map((name) => `${name}: ${operations[name].summary}`);
  return {
    name: moreTool,
    description: `Commands that are rarely needed, and the manual of every command. With \`command\` alone: what it does and takes. With \`input\` ({} for none): does it.\n${lines.join("\n")}`,
    inputSchema: {
      type: "object",
      properties: {
        command: { type: "string", description: "Such as docs add" },
        input: { type: "object", description: "What the command takes" },
        [structuredKey]: { type: "boolean" },
      },
      required: ["command"],
      additionalProperties: false,
    },
  };
}

/** A call of `more`: a command, and its input where it is to be done. Throws a UserError for what is no command. */
export function readMore(given: Record<string, unknown>): {
  name: OperationName;
  input: Record<string, unknown> | undefined;
} {
  const { success, data } = asked.safeParse(given);
  if (!success) throw wrong(`${moreTool} takes command and input`);
  const name = data.command.replaceAll("_", " ").trim();
  if (!isOperationName(name)) throw wrong(`there is no command ${name}`);
  return { name, input: data.input };
}

function wrong(message: string): UserError {
  const expected = `a command: ${operationNames.join(", ")}`;
  return new UserError({ code: "usage", message, expected, exitCode: 2 });
}

/** What a command does and takes, for whoever has not been told by the list of tools. */
export async function manualOf(name: OperationName): Promise<string> {
  const operation = await loadOperation(name);
  const { description, whenToUse } = operation;
  return [
    `${name}: ${operations[name].summary}`,
    description,
    whenToUse,
    `input: ${JSON.stringify(inputSchema(operation))}`,
  ].join("\n\n");
}
