import { writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { repository } from "./tools.ts";

export interface Typed {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
  all: string;
}

/** A session that is typed by a test and, where WRITE_DOCS=1, becomes a page of docs/. */
export class Transcript {
  readonly #parts: string[] = [];

  say(text: string): void {
    this.#parts.push(text);
  }

  /** A line as a person types it, its quotes read by a shell; its output as it was, progress first. */
  async type(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Typed> {
    const { stdout, stderr, exitCode } = await x("sh", ["-c", line], { nodeOptions: { cwd, env } });
    const all = `${stderr}${stdout}`.trimEnd();
    const shown = all
      .replaceAll(path.dirname(cwd), "~")
      .replaceAll(/\S*\/fake-kaggle-\w+\/kaggle-\w+/g, "/kaggle");
    const code = exitCode === 0 ? "" : `\n(exit code ${exitCode})`;
    this.#parts.push(`\`\`\`\n$ ${line}\n${shown}${code}\n\`\`\``);
    return { stdout, stderr, exitCode, all };
  }

  async write(page: string): Promise<void> {
    if (process.env.WRITE_DOCS !== "1") return;
    await writeFile(path.join(repository, "docs", page), `${this.#parts.join("\n\n")}\n`);
  }
}
