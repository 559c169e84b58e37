"""What a signature proves of a decision and of those before it, and what it does not."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lenitive.render import said
from lenitive.review import DecisionError, PublicKey, SigningKey, proofs, read_entries
from lenitive.review.decision_chain import sealed, to_be_signed

sys.path.insert(0, str(Path(__file__).parent))
from decided import chain, decided, written

ed25519 = pytest.importorskip(
    "cryptography.hazmat.primitives.asymmetric.ed25519", reason="signing needs the package cryptography"
)


def key(number: int) -> SigningKey:
    return SigningKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


CLINIC, OTHER = key(1), key(2)
KNOWN = {k.id: k for k in (CLINIC.public("Pain clinic"), OTHER.public("Dr Other"))}


def kinds(entries, keys=KNOWN):
    return [p.kind for p in proofs(entries, keys)]


def signed(before=(), signer=CLINIC, **changed):
    return decided(before, signer=signer, **changed)


def test_the_known_answer_of_the_standard():
    """RFC 8032, 7.1, test 2."""
    secret = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    signer = SigningKey(ed25519.Ed25519PrivateKey.from_private_bytes(secret))
    assert signer.public("").raw.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert signer.sign(bytes([0x72])).hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_a_signed_entry_reads_back_and_names_its_key():
    entry = signed()
    assert read_entries(entry.line.encode()) == (entry,)
    assert (entry.signed_by, len(entry.signature)) == (CLINIC.id, 128)
    assert signed() == entry
    assert kinds((entry,)) == ["signed"]
    (proof,) = proofs((entry,), KNOWN)
    assert said(proof.message) == f"Signed by Pain clinic (key {CLINIC.id[:16]}), and unchanged since"


def test_a_private_key_shows_its_id_alone():
    assert repr(CLINIC) == f"SigningKey({CLINIC.id})"
    assert not hasattr(CLINIC, "__dict__")


def test_no_byte_of_a_signed_line_can_be_changed_unseen():
    whole = signed().line.encode()
    for place in range(0, len(whole), 5):
        broken = bytearray(whole)
        broken[place] ^= 1
        with pytest.raises(DecisionError):
            read_entries(bytes(broken))


CHANGES = {
    "note": {"note": "She was told"}, "name": {"by": "Dr Else"}, "day": {"on": date(2026, 5, 20)},
    "choice": {"chosen": 2, "note": "n"}, "review": {"review": "c" * 64}, "conclusions": {"conclusions": "c" * 64},
    "signature": {"signature": "0" * 128}, "key": {"signed_by": OTHER.id},
}  # fmt: skip


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_whoever_makes_the_digests_anew_makes_no_signature(changed):
    forged = sealed(replace(signed(), **changed))
    assert read_entries(forged.line.encode()) == (forged,)
    (proof,) = proofs((forged,), KNOWN)
    assert proof.kind == "wrong"
    assert not proof.holds
    assert said(proof.message).startswith("Not proven: the signature is not one of ")


def test_a_signature_does_not_move_to_another_place():
    """It covers the entry before, so that the same words elsewhere are not signed."""
    first = signed()
    moved = sealed(replace(signed((first,)), signature=first.signature))
    assert kinds((first, moved)) == ["signed", "wrong"]
    after_another = decided((decided(note="x"),), signer=CLINIC)
    assert to_be_signed(after_another) != to_be_signed(signed((decided(),)))


def test_what_stands_before_a_signed_decision_is_vouched_for():
    entries = chain(2)
    entries = (*entries, signed(entries, on=entries[-1].on))
    entries = (*entries, decided(entries, on=entries[-1].on))
    found = proofs(entries, KNOWN)
    assert [p.kind for p in found] == ["vouched", "vouched", "signed", "unsigned"]
    assert [p.holds for p in found] == [True, True, True, False]
    assert said(found[0].message) == "Not signed itself; unchanged since decision 3 was signed"
    assert said(found[3].message) == "Not proven: not signed, and no signed decision stands after it"


def test_a_key_that_is_not_known_proves_nothing():
    entries = (signed(signer=key(3)),)
    assert kinds((*entries, signed(entries))) == ["key_unknown", "signed"]
    assert kinds((*chain(1), signed(chain(1))), {}) == ["unsigned", "key_unknown"]


def revoked(day: date, of: SigningKey = CLINIC) -> dict[str, PublicKey]:
    return {**KNOWN, of.id: replace(KNOWN[of.id], revoked=day)}


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 5, 1), "key_revoked"),
        (date(2026, 5, 2), "key_revoked"),
        (date(2026, 5, 3), "key_revoked_since"),
        (date(2030, 1, 1), "key_revoked_since"),
    ],
)
def test_a_revoked_key_proves_nothing_by_itself(day, kind):
    """Whoever stole it writes the day, so an early day is no proof either."""
    entry = signed(on=date(2026, 5, 2))
    (proof,) = proofs((entry,), revoked(day))
    assert (proof.kind, proof.holds) == (kind, False)
    assert said(proof.message).startswith("Not proven: signed with key ")


def test_what_was_signed_before_a_key_was_revoked_is_vouched_for_by_another():
    first = signed(on=date(2026, 5, 2))
    entries = (first, signed((first,), signer=OTHER, on=date(2026, 5, 9)))
    assert kinds(entries, revoked(date(2026, 5, 5))) == ["vouched_revoked", "signed"]
    assert kinds(entries, revoked(date(2026, 5, 1))) == ["key_revoked", "signed"]
    # A revoked key vouches for nobody.
    assert kinds(entries, revoked(date(2026, 5, 1), OTHER)) == ["signed", "key_revoked"]
    unsigned = chain(1)
    assert kinds((*unsigned, signed(unsigned)), revoked(date(2026, 5, 9))) == [
        "unsigned",
        "key_revoked_since",
    ]


def test_a_wrong_signature_is_not_mended_by_a_later_one():
    wrong = sealed(replace(signed(), signature="0" * 128))
    assert kinds((wrong, signed((wrong,)))) == ["wrong", "signed"]


def test_a_signature_that_was_taken_off_is_seen_in_what_follows():
    first = signed()
    second = signed((first,))
    bare = sealed(replace(first, signed_by="", signature=""))
    with pytest.raises(DecisionError, match="line 2: an entry before it was changed"):
        read_entries(written((bare, second)))


def test_each_kind_has_its_words():
    for entries, keys in (
        ((signed(),), KNOWN),
        ((signed(),), {}),
        ((signed(),), revoked(date(2026, 5, 1))),
        (chain(1), KNOWN),
    ):
        for proof in proofs(entries, keys):
            assert said(proof.message)


def test_a_public_key_that_is_no_point_of_the_curve_signs_nothing():
    assert not PublicKey(raw=b"\xff" * 32, holder="x").signed(b"data", bytes(64))
    assert not PublicKey(raw=b"short", holder="x").signed(b"data", bytes(64))
