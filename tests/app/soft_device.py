"""A device with passkeys, in software: makes keys and signs as WebAuthn says (level 2, section 6), and can be told to lie."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as text

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One key. `verifies`: it makes sure of its user."""

    origin: str = ORIGIN
    site: str = "localhost"
    verifies: bool = True
    count: int = 0
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """Answer `navigator.credentials.create`."""
        at = self.key.public_key().public_numbers()
        # COSE: an EC2 key (2) for ES256 (-7) on P-256 (1).
        public = {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32), -3: at.y.to_bytes(32)}
        whose = b"\0" * 16 + len(self.number).to_bytes(2) + self.number + cbor2.dumps(public)
        said = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(HAS_KEY) + whose})
        client = self._client("webauthn.create", options)
        return self._told({"clientDataJSON": text(client), "attestationObject": text(said), "transports": ["usb"]})

    def sign(self, options: str) -> str:
        """Answer `navigator.credentials.get`."""
        self.count += 1
        client, data = self._client("webauthn.get", options), self._data(0)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signed)}
        return self._told(answer)

    def _client(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _told(self, response: dict[str, Any]) -> str:
        number = text(self.number)
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})
