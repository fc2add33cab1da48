"""A training goes on without its MLflow server: what it notes meanwhile is kept, to be sent later.

MLflow asks its server through one function. Where that does not answer within seconds, the calls
after it are answered here and written into a folder, one line of JSON a call, the files beside
them. Crossfold sends them when the run ends, or by `crossfold record RUN`.
"""

import contextlib
import json
import os
import shutil
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

# Seconds and retries of a call, where the environment names none; MLflow's own are minutes.
LIMITS = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
}
UPLOAD_SECONDS = 60
# Answers with an error of the server's, one after the other, until it is taken for gone.
MOST_ERRORS = 3
ONLY_ERRORS = "it answers with errors alone"
# What the server answers with a run or an experiment.
TOLD = {"runs/create", "runs/get", "experiments/get", "experiments/get-by-name"}
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/"


def guard_mlflow(default_folder: Path | None = None) -> None:
    """Call it after MLflow was imported; a second call does nothing.

    Missed calls go into the folder that the environment names in CROSSFOLD_MLFLOW_MISSED, else
    into this one.
    """
    named = os.environ.get("CROSSFOLD_MLFLOW_MISSED") or default_folder
    module = sys.modules.get("mlflow.utils.rest_utils")
    ask = getattr(module, "http_request", None)
    if named is None or ask is None or getattr(ask, "is_guard", False):
        return
    for name, value in LIMITS.items():
        os.environ.setdefault(name, value)
    guard = Guard(ask, Path(named))
    # Other modules of MLflow's have imported it by its name.
    for other in list(sys.modules.values()):
        if getattr(other, "__name__", "").startswith("mlflow") and (
            vars(other).get("http_request") is ask
        ):
            vars(other)["http_request"] = guard


class Guard:
    """MLflow's `http_request`, which never fails for a server that cannot be reached."""

    is_guard = True

    def __init__(self, ask: Any, folder: Path) -> None:
        self.ask, self.missed = ask, Missed(folder)
        self.answers = Answers()
        self.gone = False
        self.errors = 0
        self.lock = threading.RLock()

    def __call__(self, host_creds, endpoint, method, *args, **kwargs):
        host = host_creds.host or ""
        if "/api/" not in f"{host}{endpoint}" or "/mlflow" not in f"{host}{endpoint}":
            return self.ask(host_creds, endpoint, method, *args, **kwargs)
        call = Call.of(host, endpoint, method, kwargs)
        if not self.gone and not self.answers.is_own(call):
            try:
                response = self.try_server(call, host_creds, endpoint, method, args, kwargs)
            except Exception as error:
                reason = why_unreachable(error)
                if reason is None:
                    raise
                self.note_failure(call, reason)
            else:
                if not is_of_mlflow(call, response):
                    self.note_failure(call, "what answers there is not MLflow")
                    return self.answer(call)
                self.errors = 0
                self.answers.learn(call, response)
                return response
        return self.answer(call)

    def answer(self, call: "Call"):
        with self.lock:
            known = set(self.answers.made)
            answer = self.answers.to(call)
            made = self.answers.made - known
            if call.is_noted or made:
                self.missed.add(call, next(iter(made), None), answer)
        return respond(answer, call)

    def try_server(self, call, host_creds, endpoint, method, args, kwargs):
        if call.upload is not None and "timeout" not in kwargs:
            kwargs = kwargs | {"timeout": UPLOAD_SECONDS}
        return self.ask(host_creds, endpoint, method, *args, **kwargs)

    def note_failure(self, call: "Call", reason: str) -> None:
        with self.lock:
            if self.gone:
                return
            self.errors += 1
            self.gone = reason != ONLY_ERRORS or self.errors >= MOST_ERRORS
            if self.gone or self.errors == 1:
                run = os.environ.get("CROSSFOLD_RUN_ID", "RUN")
                warn(
                    f"MLflow's server {call.server} cannot be reached ({reason}); the run goes "
                    "on, and what it notes is kept, to be sent when it ends or by "
                    f"`crossfold record {run}`"
                )


class Call:
    """What MLflow asks of its server, as it can be asked again later."""

    def __init__(self, server: str, path: str, method: str, body: Any, upload: Any) -> None:
        self.server, self.path, self.method = server, path, method
        self.body, self.upload = body, upload

    @classmethod
    def of(cls, host: str, endpoint: str, method: str, kwargs: dict[str, Any]) -> "Call":
        address = f"{host.rstrip('/')}{endpoint}"
        start = address.index("/api/")
        body = kwargs.get("params") if method == "GET" else kwargs.get("json")
        server = address[:start]
        scheme, _, rest = server.rpartition("//")
        # Without a name and a password that may stand before it.
        server = f"{scheme}//{rest.rpartition('@')[2]}"
        return cls(server, address[start:], method, body or {}, kwargs.get("data"))

    @property
    def is_noted(self) -> bool:
        """Whether it changes something; what only reads is asked for by POST too."""
        return self.method != "GET" and not self.path.rpartition("/")[2].startswith("search")

    @property
    def name(self) -> str:
        """The path below the version: `runs/create`, `logged-models/m-1`."""
        return self.path.partition("/mlflow/")[2]


class Missed:
    """The folder with the calls that were answered here. Each process has a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file: Path | None = None
        self.lost = False

    def add(self, call: Call, made: str | None, answer: dict[str, Any]) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.file is None:
                self.file = self.folder / f"calls-{os.getpid()}-{uuid.uuid4().hex[:8]}.jsonl"
            entry: dict[str, Any] = {"at": time.time(), "server": call.server}
            entry |= {"method": call.method, "path": call.path, "body": call.body}
            if made is not None:
                entry |= {"made": made, "answer": answer}
            if call.upload is not None:
                entry["file"] = self.keep(call.upload)
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(entry) + "\n")
        except (OSError, TypeError, ValueError) as error:
            if not self.lost:
                warn(f"what MLflow misses cannot be kept: {error}")
            self.lost = True

    def keep(self, upload: Any) -> str:
        name = f"file-{uuid.uuid4().hex}"
        with (self.folder / name).open("wb") as copy:
            if hasattr(upload, "read"):
                with contextlib.suppress(OSError, ValueError):
                    upload.seek(0)
                shutil.copyfileobj(upload, copy)
            else:
                copy.write(upload if isinstance(upload, bytes) else str(upload).encode())
        return name


class Answers:
    """What a server would answer; ids made up here are replaced by the server's when it is sent."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.runs: dict[str, dict[str, Any]] = {}
        self.experiments: dict[str, dict[str, Any]] = {}
        self.models: dict[str, dict[str, Any]] = {}

    def is_own(self, call: Call) -> bool:
        """Whether it is about something that the server has never heard of."""
        if not self.made:
            return False
        text = call.path + json.dumps(call.body, default=str)
        return any(one in text for one in self.made)

    def learn(self, call: Call, response: Any) -> None:
        """Keeps what the server says of runs and experiments, for when it is gone."""
        if call.name not in TOLD:
            return
        with contextlib.suppress(ValueError, KeyError, TypeError):
            content = response.json()
            if "run" in content:
                run = content["run"]
                self.runs[run["info"]["run_id"]] = run
            if "experiment" in content:
                experiment = content["experiment"]
                self.experiments[experiment["name"]] = experiment

    def to(self, call: Call) -> dict[str, Any]:
        name, body = call.name, call.body
        if name == "experiments/create":
            return {"experiment_id": self.experiment(body["name"])["experiment_id"]}
        if name == "experiments/get-by-name":
            return {"experiment": self.experiment(body["experiment_name"])}
        if name == "experiments/get":
            found = [one for one in self.experiments.values() if is_of(one, body)]
            return {"experiment": found[0] if found else {**body, "name": "Default"}}
        if name == "runs/create":
            return {"run": self.create_run(body)}
        if name == "runs/get":
            return {"run": self.run(body.get("run_id", ""))}
        if name == "runs/update":
            info = self.run(body.get("run_id", ""))["info"]
            info |= {key: body[key] for key in ("status", "end_time", "run_name") if key in body}
            return {"run_info": info}
        if name.startswith("logged-models"):
            return self.model(call)
        if name == "model-versions/create":
            return {"model_version": {"name": body.get("name", ""), "version": "0"}}
        if name == "registered-models/create":
            return {"registered_model": {"name": body.get("name", "")}}
        return {}

    def new_id(self, prefix: str = "") -> str:
        made = prefix + uuid.uuid4().hex
        self.made.add(made)
        return made

    def experiment(self, name: str) -> dict[str, Any]:
        if name not in self.experiments:
            made = {"experiment_id": self.new_id(), "name": name, "lifecycle_stage": "active"}
            made["artifact_location"] = f"mlflow-artifacts:/{made['experiment_id']}"
            self.experiments[name] = made
        return self.experiments[name]

    def create_run(self, body: dict[str, Any]) -> dict[str, Any]:
        run_id, experiment = self.new_id(), str(body.get("experiment_id", "0"))
        info = {"run_id": run_id, "run_uuid": run_id, "experiment_id": experiment}
        info |= {key: body[key] for key in ("run_name", "user_id", "start_time") if key in body}
        info |= {"status": "RUNNING", "lifecycle_stage": "active"}
        info["artifact_uri"] = f"mlflow-artifacts:/{experiment}/{run_id}/artifacts"
        self.runs[run_id] = {"info": info, "data": {"tags": body.get("tags", [])}}
        return self.runs[run_id]

    def run(self, run_id: str) -> dict[str, Any]:
        if run_id not in self.runs:
            info = {"run_id": run_id, "run_uuid": run_id, "status": "RUNNING"}
            info |= {"experiment_id": "0", "lifecycle_stage": "active"}
            self.runs[run_id] = {"info": info, "data": {}}
        return self.runs[run_id]

    def model(self, call: Call) -> dict[str, Any]:
        if call.name == "logged-models" and call.method == "POST":
            model_id = self.new_id("m-")
            now = int(time.time() * 1000)
            experiment = str(call.body.get("experiment_id", "0"))
            info = {key: call.body[key] for key in ("name", "source_run_id") if key in call.body}
            info |= {"model_id": model_id, "experiment_id": experiment}
            info |= {"creation_timestamp_ms": now, "last_updated_timestamp_ms": now}
            info |= {
                "status": "LOGGED_MODEL_PENDING",
                "model_type": call.body.get("model_type", ""),
            }
            info["artifact_uri"] = f"mlflow-artifacts:/{experiment}/models/{model_id}/artifacts"
            data = {"params": call.body.get("params", [])}
            self.models[model_id] = {"info": info, "data": data}
            return {"model": self.models[model_id]}
        model = self.models.get(call.name.split("/")[1] if "/" in call.name else "")
        if model is None:
            return {}
        if "status" in call.body:
            model["info"]["status"] = call.body["status"]
        return {"model": model}


def warn(text: str) -> None:
    print(f"warning: {text}", file=sys.stderr, flush=True)


def is_of(experiment: dict[str, Any], body: dict[str, Any]) -> bool:
    return experiment["experiment_id"] == str(body.get("experiment_id"))


def why_unreachable(error: BaseException | None) -> str | None:
    """In a few words; None for an error of another kind."""
    import requests

    while error is not None:
        if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error):
            return "no answer in time"
        if isinstance(error, requests.exceptions.RetryError):
            return ONLY_ERRORS
        if isinstance(
            error, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)
        ):
            return "no connection"
        error = error.__cause__ or error.__context__
    return None


def is_of_mlflow(call: Call, response: Any) -> bool:
    """Whether an MLflow server answered: in JSON, whatever it says. A proxy's page is none."""
    if call.path.startswith(ARTIFACTS) or response.status_code == 204 or not response.text.strip():
        return True
    with contextlib.suppress(ValueError):
        return isinstance(response.json(), dict)
    return False


def respond(answer: dict[str, Any], call: Call):
    """The answer as a response; files that only the server has are not found."""
    import requests

    response = requests.Response()
    lost = call.method == "GET" and call.path.startswith(ARTIFACTS)
    response.status_code = 404 if lost else 200
    response.url = f"{call.server}{call.path}"
    response._content = json.dumps(answer).encode()
    response.headers["Content-Type"] = "application/json"
    return response
