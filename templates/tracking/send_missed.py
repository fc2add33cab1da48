"""Sends MLflow's server what a run noted while it could not be reached: send_missed.py FOLDER DONE.

FOLDER is what the template's harness/mlflow_guard.py has written. DONE keeps what was sent, so that
a second call goes on from there. Prints what it came to as one line of JSON.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/"
MOST_METRICS = 1000


class Sender:
    def __init__(self, folder, done):
        self.folder, self.done = folder, done
        known = json.loads(done.read_text()) if done.exists() else {}
        self.sent = known.get("sent", 0)
        # Made-up ids, and roots of their artifacts, by what the server gave in their place.
        self.ids = known.get("ids", {})
        self.refused = known.get("refused", [])

    def send(self):
        entries = read_entries(self.folder)
        problem = None
        while self.sent < len(entries):
            batch = self.next_batch(entries)
            try:
                self.send_one(merge(batch))
            except Exception as error:
                if not is_refusal(error):
                    problem = str(error)[:300]
                    break
                self.refused.append(str(error)[:300])
            self.sent += len(batch)
            self.keep()
        return {
            "calls": len(entries),
            "left": len(entries) - self.sent,
            "refused": self.refused,
            "problem": problem,
        }

    def next_batch(self, entries):
        """One call, or metrics of one run that follow each other."""
        first = entries[self.sent]
        if not first["path"].endswith("/runs/log-metric"):
            return [first]
        batch = []
        for entry in entries[self.sent : self.sent + MOST_METRICS]:
            is_alike = entry["path"] == first["path"] and run_of(entry) == run_of(first)
            if not is_alike or entry["server"] != first["server"]:
                break
            batch.append(entry)
        return batch

    def send_one(self, entry):
        made = entry.get("made")
        if "file" in entry:
            self.upload(entry)
        elif made is not None and "/mlflow/experiments/" in entry["path"]:
            self.ids[made] = self.find_experiment(entry)
        else:
            answer = self.ask(entry)
            if made is not None:
                self.learn(made, entry["answer"], answer)

    def learn(self, made, told, answer):
        """The server's id and artifacts of a run or a model that the guard made up."""
        kind, key = ("run", "run_id") if "run" in told else ("model", "model_id")
        info = answer[kind]["info"]
        self.ids[made] = info[key]
        self.ids[told[kind]["info"]["artifact_uri"]] = info["artifact_uri"]

    def find_experiment(self, entry):
        body = entry["body"]
        name = body.get("experiment_name") or body["name"]
        path = "/api/2.0/mlflow/experiments"
        find = {"method": "GET", "path": f"{path}/get-by-name", "body": {"experiment_name": name}}
        make = {"method": "POST", "path": f"{path}/create", "body": {"name": name}}
        try:
            return self.ask(entry | find)["experiment"]["experiment_id"]
        except Exception as error:
            if not is_refusal(error):
                raise
            return self.ask(entry | make)["experiment_id"]

    def ask(self, entry):
        from mlflow.utils.rest_utils import http_request, verify_rest_response

        path = self.with_ids(entry["path"])
        body = json.loads(self.with_ids(json.dumps(entry["body"])))
        creds = credentials(entry["server"])
        how = {"params": body} if entry["method"] == "GET" else {"json": body}
        response = http_request(creds, path, entry["method"], **how)
        return json.loads(verify_rest_response(response, path).text or "{}")

    def upload(self, entry):
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        kept = Path(entry["file"]).name
        folder, _, name = entry["path"].removeprefix(ARTIFACTS).rpartition("/")
        uri = self.with_ids(f"mlflow-artifacts:/{folder}")
        server = tracking_uri(entry["server"])
        with tempfile.TemporaryDirectory() as place:
            named = Path(place) / name
            named.symlink_to((self.folder / kept).resolve())
            get_artifact_repository(uri, tracking_uri=server).log_artifact(str(named))

    def with_ids(self, text):
        # Longer ones first: the roots of artifacts hold the ids.
        for made in sorted(self.ids, key=len, reverse=True):
            text = text.replace(made, self.ids[made])
        return text

    def keep(self):
        part = self.done.with_suffix(".part")
        part.write_text(json.dumps({"sent": self.sent, "ids": self.ids, "refused": self.refused}))
        os.replace(part, self.done)


def run_of(entry):
    return entry["body"].get("run_id")


def merge(batch):
    if len(batch) == 1:
        return batch[0]
    keys = ("key", "value", "timestamp", "step")
    metrics = [{key: one["body"][key] for key in keys if key in one["body"]} for one in batch]
    path = batch[0]["path"].replace("log-metric", "log-batch")
    return batch[0] | {"path": path, "body": {"run_id": run_of(batch[0]), "metrics": metrics}}


def read_entries(folder):
    """Of all processes, in their order; a line that was cut short by a crash is left out."""
    entries = []
    for file in sorted(folder.glob("calls-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                entries.append(json.loads(line))
            except ValueError:
                continue
    return sorted(entries, key=lambda entry: entry["at"])


def tracking_uri(server):
    """The environment's address of this server: a name and a password may stand in it."""
    given = os.environ.get("MLFLOW_TRACKING_URI", "").rstrip("/")
    parts = urlsplit(given)
    plain = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return given if plain == server else server


def credentials(server):
    from mlflow.utils.credentials import get_default_host_creds

    return get_default_host_creds(tracking_uri(server))


def is_refusal(error):
    """Whether the server is there and does not take this call."""
    from mlflow.exceptions import RestException

    return isinstance(error, RestException) and error.get_http_status_code() < 500


if __name__ == "__main__":
    print(json.dumps(Sender(Path(sys.argv[1]), Path(sys.argv[2])).send()))
