"""Certificates of an authority of the tests' own, as the files that servers and clients want."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("authority", "server", "client", "stranger", "unknown")


@dataclass(frozen=True)
class Certificates:
    """An authority, a server's identity for 127.0.0.1, a client's, and the same of a stranger."""

    authority: Path
    server: Path
    client: Path
    stranger: Path
    unknown: Path

    @classmethod
    def make(cls, folder: Path) -> Certificates:
        authority, stranger = trustme.CA(), trustme.CA()
        made = cls(*(folder / f"{name}.pem" for name in _NAMES))
        authority.cert_pem.write_to_path(made.authority)
        stranger.cert_pem.write_to_path(made.stranger)
        made.server.write_bytes(identity(authority.issue_cert("127.0.0.1", "localhost")))
        made.client.write_bytes(identity(authority.issue_cert("pipeline@example.org")))
        made.unknown.write_bytes(identity(stranger.issue_cert("pipeline@example.org")))
        return made


def identity(certificate: trustme.LeafCert) -> bytes:
    """Key and chain; Java reads keys as PKCS #8 only."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    encoded = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return encoded + b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
