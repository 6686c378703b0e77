"""Keys of forms: made when a form is drawn, so that it is done once however often it is sent."""

import secrets
from typing import Final

KEY_BYTES: Final = 12


def fresh_key() -> str:
    """A key for one form."""
    return secrets.token_hex(KEY_BYTES)
