import { operations, phases } from "../../operations/table.ts";
import { pad } from "../text/table.ts";
import type { Style } from "../text/style.ts";

const nameWidth = 16;

/** What `crossfold` alone prints: the commands by phase. Loads no operation. */
export function rootHelp(style: Style, version: string): string {
  const entries = Object.entries(operations);
  const groups = phases.map((phase) => {
    const lines = entries
      .filter(([, entry]) => entry.phase === phase)
      .map(([name, entry]) => `  ${pad(name, nameWidth)}${entry.summary}`);
    return [style.bold(phase), ...lines].join("\n");
  });
  return [
    `${style.bold("crossfold")} ${version}: the lab around machine-learning competition experiments.`,
    "Every command takes --help, --json and -C <folder>; xf is short for crossfold.",
    "",
    ...groups,
    `${style.bold("agents")}\n  ${pad("mcp", nameWidth)}Serve every command as an MCP tool, on stdin and stdout`,
    `${style.bold("shell")}\n  ${pad("completion", nameWidth)}Print the completion script for bash, zsh or fish`,
    "",
    style.bold("start here"),
    "  crossfold demo                              the whole loop on real data",
    "  crossfold init --metric accuracy            a workspace beside your data",
    "  crossfold new && crossfold train exp001     a first honest score",
  ].join("\n");
}
