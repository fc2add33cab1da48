/** What of a run goes to MLflow as tags. */
export interface TrackedRun {
  id: string;
  experiment: string | null;
  debug: boolean;
  git: { commit: string | null } | null;
}

/**
 * The environment with which MLflow, called by any script in any way, writes to the workspace's store and puts the
 * run's tags on each run that it starts (mlflow.tracking.context.system_environment_context reads MLFLOW_RUN_CONTEXT).
 * An MLFLOW_TRACKING_URI in `given` stays.
 */
export function mlflowEnvironment(
  root: string,
  competition: string,
  run: TrackedRun,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const own = {
    MLFLOW_TRACKING_URI: `sqlite:///${root}/mlflow.db`,
    // Where MLflow puts files with such a store; by itself it takes `mlruns` of the folder that the script runs in.
    _MLFLOW_SERVER_ARTIFACT_ROOT: `${root}/mlruns`,
  };
  return {
    ...(given.MLFLOW_TRACKING_URI ? { MLFLOW_TRACKING_URI: given.MLFLOW_TRACKING_URI } : own),
    MLFLOW_EXPERIMENT_NAME: competition,
    MLFLOW_RUN_CONTEXT: JSON.stringify(runTags(run)),
  };
}

/** Tags by name; all values are strings, as MLflow wants them. */
function runTags(run: TrackedRun): Record<string, string> {
  const commit = run.git?.commit;
  return {
    "mlflow.runName": run.id,
    "crossfold.run_id": run.id,
    ...(run.experiment === null ? {} : { "crossfold.experiment": run.experiment }),
    debug: String(run.debug),
    ...(commit ? { "mlflow.source.git.commit": commit, "crossfold.git_commit": commit } : {}),
  };
}
