import type { Context } from "../../core/context.ts";
import { type Kaggle, openKaggle } from "../../clients/kaggle/open-kaggle.ts";
import { workspaceEnv } from "../../storage/workspace/workspace-env.ts";

/** Kaggle with the credentials of the environment and the workspace's `.env`; long waits are said. */
export async function openWorkspaceKaggle(context: Context, root: string): Promise<Kaggle> {
  const env = await workspaceEnv(context, root);
  return openKaggle(env, { notice: (text) => context.progress.step(`kaggle: ${text}`) });
}
