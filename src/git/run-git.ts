import { x } from "tinyexec";

/** Variables that point git at another repository than the folder's; hooks of git set them. */
const pointers = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
];

/** What git adds to the environment of a process so that it asks the folder's own repository, and takes no lock to look. */
export const gitEnv: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(pointers.map((name) => [name, undefined])),
  GIT_OPTIONAL_LOCKS: "0",
};

/** Output of a git command in `folder`, or undefined where it fails or git is not there. */
export async function runGit(folder: string, args: readonly string[]): Promise<string | undefined> {
  const options = { nodeOptions: { cwd: folder, env: gitEnv } };
  const result = await x("git", [...args], options).then(undefined, () => undefined);
  return result?.exitCode === 0 ? result.stdout : undefined;
}
