"""Keys on a disk: a private key in a PEM file that its owner alone can read, and a TOML file of the public keys that a site knows.

A private key is never printed, and no message quotes a file that may hold one.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import stat
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lenitive.review import PublicKey, SigningKey

__all__ = ["KeyFileError", "new_key", "public_entry", "read_key", "read_keys"]

# A private key takes some 120 bytes, a public one with its holder as many; a thousand clinics fit.
_LIMIT_BYTES = 1_000_000
_NEEDS = "signing needs the package cryptography. Install it with: pip install 'lenitive[sign]'"
# An Ed25519 public key as the world writes it (RFC 8410) is this and 32 bytes.
_SPKI = bytes.fromhex("302a300506032b6570032100")


class KeyFileError(ValueError):
    """A file of keys that cannot be used; the message says why, and what to do."""


def _library() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise KeyFileError(_NEEDS) from None


def _bytes(path: Path, *, private: bool) -> bytes:
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError:
        raise KeyFileError(f"{path.name}: cannot be opened. Check its name and permissions") from None
    about = os.fstat(number)
    if not stat.S_ISREG(about.st_mode):
        os.close(number)
        raise KeyFileError(f"{path.name}: is not a plain file")
    with os.fdopen(number, "rb") as file:
        # Windows has no such bits; who may read a file there is for the folder to say.
        if private and os.name == "posix" and stat.S_IMODE(about.st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileError(
                f"{path.name}: others than its owner can read or change this private key. Run: chmod 600 {path.name}. "
                "If they may have read it, make a new key and revoke this one"
            )
        data = file.read(_LIMIT_BYTES + 1)
    if len(data) > _LIMIT_BYTES:
        raise KeyFileError(f"{path.name}: is too large for a file of keys")
    return data


def read_key(path: Path, passphrase: Callable[[], str]) -> SigningKey:
    """The private key in a PEM file (PKCS #8, as OpenSSL writes it).

    Args:
        path: The file.
        passphrase: Asked for one when the key has one.

    Raises:
        KeyFileError: When it cannot be read, others can read it as well, or it holds no Ed25519 key.
    """
    _library()
    data = _bytes(path, private=True)
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from lenitive.review import SigningKey

    try:
        secret = passphrase().encode() if b"BEGIN ENCRYPTED PRIVATE KEY" in data else None
        key = load_pem_private_key(data, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFileError(
            f"{path.name}: no private key could be read from it. It is another file, or the passphrase is wrong"
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(
            f"{path.name}: is a key of another kind. Make one with: lenitive keys new FILE --holder NAME"
        )
    return SigningKey(key)


def new_key(path: Path, passphrase: str) -> SigningKey:
    """A new private key, written to a new file that its owner alone can read.

    Args:
        path: The file; it must not be there yet.
        passphrase: What protects it; empty for nothing.

    Raises:
        KeyFileError: When the file is there already or cannot be written.
    """
    _library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        KeySerializationEncryption,
        NoEncryption,
        PrivateFormat,
    )

    from lenitive.review import SigningKey

    key = Ed25519PrivateKey.generate()
    cover: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, cover)
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"{path.name}: is there already. A key is never written over") from None
    except OSError:
        raise KeyFileError(f"{path.name}: cannot be written. Check the folder and its permissions") from None
    with os.fdopen(number, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return SigningKey(key)


def public_entry(key: PublicKey) -> str:
    """A public key as it stands in a site's file of keys."""
    public = base64.b64encode(_SPKI + key.raw).decode("ascii")
    # A JSON string in ASCII is a TOML string too.
    return f"# {key.id[:16]}\n[[key]]\nholder = {json.dumps(key.holder)}\npublic = {json.dumps(public)}\n"


def read_keys(path: Path) -> Mapping[str, PublicKey]:
    """The public keys of a site, by id.

    Raises:
        KeyFileError: When the file cannot be read, or an entry of it is no key.
    """
    _library()
    data = _bytes(path, private=False)
    if b"PRIVATE KEY" in data:
        raise KeyFileError(f"{path.name}: holds a private key. This file has public ones alone")
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise KeyFileError(f"{path.name}: is not TOML in UTF-8") from None
    entries = table.get("key")
    if set(table) != {"key"} or not isinstance(entries, list) or not entries:
        raise KeyFileError(
            f"{path.name}: has one [[key]] for each public key. Print one with: lenitive keys show FILE --holder NAME"
        )
    keys: dict[str, PublicKey] = {}
    for number, entry in enumerate(entries, 1):
        key = _public(entry, f"{path.name}: key {number}")
        if key.id in keys:
            raise KeyFileError(f"{path.name}: key {number}: stands there twice")
        keys[key.id] = key
    return keys


def _public(entry: Any, at: str) -> PublicKey:
    from lenitive.review import PublicKey

    if not isinstance(entry, dict) or not {"holder", "public"} <= set(entry) <= {
        "holder",
        "public",
        "revoked",
    }:
        raise KeyFileError(f"{at}: has holder and public, and revoked once it is")
    holder, public, revoked = entry["holder"], entry["public"], entry.get("revoked")
    if not isinstance(holder, str) or not holder.strip() or not holder.isprintable():
        raise KeyFileError(f"{at}: holder is a name on one line")
    if revoked is not None and (not isinstance(revoked, date) or isinstance(revoked, datetime)):
        raise KeyFileError(f"{at}: revoked is a day, for example 2026-06-01 without quotation marks")
    try:
        raw = base64.b64decode(public, validate=True) if isinstance(public, str) else b""
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != len(_SPKI) + 32 or not raw.startswith(_SPKI):
        raise KeyFileError(
            f"{at}: public is not an Ed25519 key. It is the line between the marks that openssl pkey -pubout writes"
        )
    return PublicKey(raw=raw.removeprefix(_SPKI), holder=holder.strip(), revoked=revoked)
