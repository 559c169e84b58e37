"""Signatures of decisions with a site's key, by Ed25519 (RFC 8032), and what they prove line by line.

A signature covers the entry and, through the digest of the entry before, every entry before it. It shows that whoever holds the key signed
this entry as it stands. It does not show that the name in the entry is the signer's, nor that the day is right: whoever holds the key
writes both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from lenitive.frozen import dataclass
from lenitive.review.decision import Entry
from lenitive.review.decision_chain import to_be_signed
from lenitive.terms import Message

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SHOWN = 16
"""So many digits of a key's id stand in a sentence."""

__all__ = ["SHOWN", "Proof", "PublicKey", "SigningKey", "proofs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """The public part of a key.

    Attributes:
        raw: Its 32 bytes.
        holder: Who holds the private part.
        revoked: From this day on its signatures are not taken; None while they are.
    """

    raw: bytes
    holder: str
    revoked: date | None = None

    @property
    def id(self) -> str:
        """The SHA-256 of its bytes, in hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()

    def signed(self, data: bytes, signature: bytes) -> bool:
        """Whether the key's holder signed these bytes."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """A private key. It is neither shown nor compared nor written by anything here."""

    __slots__ = ("_key", "_raw")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._raw = key.public_key().public_bytes_raw()

    def public(self, holder: str) -> PublicKey:
        """Its public part."""
        return PublicKey(raw=self._raw, holder=holder)

    @property
    def id(self) -> str:
        """The id of its public part."""
        return self.public("").id

    def sign(self, data: bytes) -> bytes:
        """The signature of bytes, 64 of them; equal bytes give equal signatures."""
        return self._key.sign(data)

    def __repr__(self) -> str:
        return f"SigningKey({self.id})"


Kind = Literal[
    "signed",
    "vouched",
    "vouched_revoked",
    "unsigned",
    "wrong",
    "key_unknown",
    "key_revoked",
    "key_revoked_since",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is proven of one entry.

    Attributes:
        number: The entry's number.
        kind: ``signed``: by a key that is taken. ``vouched``: itself unsigned, and unchanged since a later entry was signed by such a
            key. ``vouched_revoked``: the same, of one whose own key was revoked afterwards. ``unsigned``: nothing but the chain.
            ``wrong``: the signature is not of this entry. ``key_unknown``: no key with its id was given. ``key_revoked``: by a key after it
            was revoked. ``key_revoked_since``: dated before the key was revoked, which whoever has the key could have written.
        key: The id of the key that it names; empty when it is unsigned.
        holder: Who holds that key, where it is known.
        by: For what is vouched for, the number of the signed entry that does.
    """

    number: int
    kind: Kind
    key: str = ""
    holder: str = ""
    by: int | None = None

    @property
    def holds(self) -> bool:
        """Whether the entry is shown to be as a holder of a key signed it, or as it was when one signed after it."""
        return self.kind in {"signed", "vouched", "vouched_revoked"}

    @property
    def message(self) -> Message:
        """What is to be said of it."""
        return Message.of(_PROVEN[self.kind], key=self.key[:SHOWN], holder=self.holder, decision=self.by)


_PROVEN: Mapping[Kind, str] = {
    "signed": "review.proof.signed",
    "vouched": "review.proof.vouched",
    "vouched_revoked": "review.proof.vouched_revoked",
    "unsigned": "review.proof.unsigned",
    "wrong": "review.proof.wrong",
    "key_unknown": "review.proof.key_unknown",
    "key_revoked": "review.proof.key_revoked",
    "key_revoked_since": "review.proof.key_revoked_since",
}


def proofs(entries: Sequence[Entry], keys: Mapping[str, PublicKey]) -> tuple[Proof, ...]:
    """What is proven of each entry of a whole chain.

    Args:
        entries: The entries, in order, as ``read_entries`` gave them.
        keys: The public keys that are known, by id, the revoked ones among them.
    """
    found: list[Proof] = []
    later: int | None = None
    for entry in reversed(entries):
        proof = _proof(entry, keys, later)
        if proof.kind == "signed":
            later = entry.number
        found.append(proof)
    return tuple(reversed(found))


def _proof(entry: Entry, keys: Mapping[str, PublicKey], later: int | None) -> Proof:
    number, id_ = entry.number, entry.signed_by
    if not id_:
        return Proof(number=number, kind="unsigned" if later is None else "vouched", by=later)
    key = keys.get(id_)
    if key is None:
        return Proof(number=number, kind="key_unknown", key=id_)
    kind: Kind
    if not key.signed(to_be_signed(entry), bytes.fromhex(entry.signature)):
        kind = "wrong"
    elif key.revoked is None:
        kind = "signed"
    elif entry.on >= key.revoked:
        kind = "key_revoked"
    else:
        kind = "key_revoked_since" if later is None else "vouched_revoked"
    return Proof(number=number, kind=kind, key=id_, holder=key.holder, by=later)
