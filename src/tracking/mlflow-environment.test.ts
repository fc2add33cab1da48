import { expect, it } from "vitest";
import { mlflowEnvironment } from "./mlflow-environment.ts";

const run = { id: "20261123-011530-exp002-k3f9", experiment: "exp002", debug: false, git: null };

it("points at the workspace's store unless the user has one", () => {
  expect(mlflowEnvironment("/w", "titanic", run, {})).toMatchObject({
    MLFLOW_TRACKING_URI: "sqlite:////w/mlflow.db",
    MLFLOW_EXPERIMENT_NAME: "titanic",
  });
  const given = { MLFLOW_TRACKING_URI: "http://localhost:5000" };
  expect(mlflowEnvironment("/w", "titanic", run, given)).toMatchObject(given);
});

it("tags no commit where there is none", () => {
  const tags = JSON.parse(mlflowEnvironment("/w", "titanic", run, {}).MLFLOW_RUN_CONTEXT!);
  expect(tags).toEqual({
    "mlflow.runName": run.id,
    "crossfold.run_id": run.id,
    "crossfold.experiment": "exp002",
    debug: "false",
  });
});
