"""Takes secrets out of what a run leaves: its settings go to metrics.json and to MLflow."""

import re
from typing import Any

MASK = "***"
SECRET = re.compile(
    r"(^|_)(passwords?|passwd|passphrase|pwd|secrets?|tokens?|credentials?|bearer|authorization|"
    r"webhook|dsn|api_?keys?|(access|private|secret|signing|encryption|account|auth|master|"
    r"license)_?keys?)(_|$)"
)
# Tokens of texts and models, and what only says where a secret lies.
ORDINARY = re.compile(
    r"(^|_)(pad|unk|cls|sep|mask|bos|eos|stop|special|extra|image|prompt|num|n|max|min|new|per|"
    r"total|use|tied)_tokens?(_|$)|(^|_)tokens?_(type|types|ids?|len|lengths?|count|limit|dim|size|"
    r"per|level|embeddings?|classification|budget|name)(_|$)|_tokens$|"
    r"_(file|path|dir|directory|folder|store|sock|name|env|id|url|uri|host|endpoint)$"
)
KEY_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]*_KEY$")
URL_PASSWORD = re.compile(r"(://[^\s:/@]*):[^\s/@]+@")


def masked(settings: Any) -> Any:
    """Settings with *** in the place of texts under secrets' names, and of passwords in URLs."""
    if isinstance(settings, dict):
        return {
            key: MASK if isinstance(value, str) and value and is_secret(str(key)) else masked(value)
            for key, value in settings.items()
        }
    if isinstance(settings, list | tuple):
        return [masked(one) for one in settings]
    return URL_PASSWORD.sub(rf"\1:{MASK}@", settings) if isinstance(settings, str) else settings


def is_secret(name: str) -> bool:
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    words = re.sub(r"[^a-z0-9]+", "_", words).strip("_")
    if KEY_VARIABLE.search(name) or words.endswith("access_key_id"):
        return True
    return SECRET.search(words) is not None and ORDINARY.search(words) is None
