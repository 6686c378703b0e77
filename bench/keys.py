"""Keys for a measurement's own database: made for the run, handed to its processes by the environment, and gone with it."""

import base64
import os
import secrets

KEY_BYTES = 32


def keys() -> dict[str, str]:
    """What to add to the environment; nothing where keys are set."""
    if os.environ.get("HUIBAO_KEYS"):
        return {}
    made = (f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}" for name in ("bench", "index-bench"))
    return {"HUIBAO_KEYS": ",".join(made).replace("+", "-").replace("/", "_")}
