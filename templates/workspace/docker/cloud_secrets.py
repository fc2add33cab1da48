"""Named secrets from Google's Secret Manager, as the service account that the container runs as."""

import base64
import json
import os
import re
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener, urlopen

VERSION = re.compile(r"projects/[^/]+/secrets/[^/]+/versions/[^/]+")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RETRY_SECONDS = (0.5, 1, 2, 4)
TIMEOUT_SECONDS = 15


class SecretError(Exception):
    """A secret cannot be read. The message names it and never holds a value."""


def read_secrets(wanted: str) -> dict[str, str]:
    """Values by environment variable; `wanted`: {"NAME": "projects/P/secrets/S/versions/V"}."""
    names = parse_names(wanted)
    if not names:
        return {}
    token = fetch_token()
    return {variable: read_secret(version, token) for variable, version in names.items()}


def parse_names(wanted: str) -> dict[str, str]:
    try:
        names = json.loads(wanted or "{}")
    except ValueError as error:
        raise SecretError("CROSSFOLD_SECRETS is not valid JSON") from error
    if not isinstance(names, dict):
        raise SecretError("CROSSFOLD_SECRETS must map variables to secrets")
    for variable, version in names.items():
        if not NAME.fullmatch(variable):
            raise SecretError(f"{variable!r} cannot be the name of an environment variable")
        if not isinstance(version, str) or not VERSION.fullmatch(version):
            raise SecretError(f"{variable}: a secret is projects/P/secrets/NAME/versions/V")
    return names


def fetch_token() -> str:
    """An access token of the container's service account, from the metadata server."""
    host = os.environ.get("GCE_METADATA_HOST") or "metadata.google.internal"
    path = "computeMetadata/v1/instance/service-accounts/default/token"
    request = Request(f"http://{host}/{path}", headers={"Metadata-Flavor": "Google"})
    return str(fetch(request, "the token of the service account", proxy=False)["access_token"])


def read_secret(version: str, token: str) -> str:
    override = os.environ.get("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER")
    endpoint = (override or "https://secretmanager.googleapis.com").rstrip("/")
    headers = {"Authorization": f"Bearer {token}"}
    answer = fetch(Request(f"{endpoint}/v1/{version}:access", headers=headers), version)
    try:
        # Bytes that are no text reach the environment as they are.
        value = base64.b64decode(answer["payload"]["data"]).decode(errors="surrogateescape")
    except (KeyError, TypeError, ValueError) as error:
        raise SecretError(f"{version}: the answer of Secret Manager holds no value") from error
    if "\0" in value:
        raise SecretError(f"{version} holds a NUL byte, which no environment variable can")
    return value


def fetch(request: Request, what: str, proxy: bool = True) -> dict[str, Any]:
    opened = urlopen if proxy else build_opener(ProxyHandler({})).open
    for seconds in (*RETRY_SECONDS, None):
        try:
            with opened(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.load(answer)
        except HTTPError as error:
            if seconds is None or not (error.code == 429 or error.code >= 500):
                raise SecretError(f"{what}: {describe(error)}") from error
        except (URLError, OSError, ValueError) as error:
            if seconds is None:
                raise SecretError(f"{what}: {getattr(error, 'reason', error)}") from error
        time.sleep(seconds or 0)
    raise AssertionError("the last try returns or raises")


def describe(error: HTTPError) -> str:
    try:
        said = json.load(error)["error"]
        reason = f"HTTP {error.code} {said.get('status', '')}: {said.get('message', '')}"
    except (ValueError, KeyError, TypeError, AttributeError):
        reason = f"HTTP {error.code} {error.reason}"
    if error.code == 403:
        reason += " (the job's service account needs roles/secretmanager.secretAccessor)"
    return reason
