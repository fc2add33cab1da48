import type { Context } from "../../../core/context.ts";
import { type KaggleNames, kaggleNames } from "../../../core/competition/kaggle-names.ts";
import type { Kaggle } from "../../../clients/kaggle/open-kaggle.ts";
import type { Workspace } from "../../../storage/workspace/workspace.ts";
import { type Contents, readContents } from "./contents.ts";
import { type CodeState, readState, writeState } from "./step-state.ts";

/** An experiment on its way to a code submission. */
export interface Pipeline {
  ws: Workspace;
  experiment: string;
  names: KaggleNames;
  contents: Contents;
  /** What was done so far; `keep` writes it before anything else happens. */
  state: CodeState;
  deps: CodeState;
  keep(change: Partial<CodeState>): Promise<void>;
  keepDeps(change: Partial<CodeState>): Promise<void>;
}

/** A pipeline that may talk to Kaggle. */
export interface LivePipeline extends Pipeline {
  api: Kaggle;
  owner: string;
  context: Context;
  timeoutSeconds: number;
}

/** What there is to do, by the files and by what was done; nothing is asked of Kaggle. */
export async function openPipeline(ws: Workspace, experiment: string): Promise<Pipeline> {
  const pipeline: Pipeline = {
    ws,
    experiment,
    names: kaggleNames(ws.project.competition_name, experiment),
    contents: await readContents(ws, experiment),
    state: await readState(ws, experiment),
    deps: await readState(ws, "deps"),
    async keep(change) {
      pipeline.state = { ...pipeline.state, ...change };
      await writeState(ws, experiment, pipeline.state);
    },
    async keepDeps(change) {
      pipeline.deps = { ...pipeline.deps, ...change };
      await writeState(ws, "deps", pipeline.deps);
    },
  };
  return pipeline;
}
