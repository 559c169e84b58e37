"""Keys on a disk: made, kept from others, and read with a sentence for whatever is wrong."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells import keys
from lenitive.shells.cli import app
from lenitive.shells.decisions import FILE, kept
from lenitive.shells.keys import KeyFileError, new_key, public_entry, read_key, read_keys

pytest.importorskip("cryptography", reason="signing needs the package cryptography")

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
POSIX = pytest.mark.skipif(os.name != "posix", reason="this system has no permission bits")


def run(*args: object, **more):
    return CliRunner().invoke(app, [str(a) for a in args], **more)


def no_passphrase() -> str:
    raise AssertionError("a key without a passphrase asks for none")


@pytest.fixture
def site(tmp_path):
    """A private key and the file of public keys with it."""
    key, ring = tmp_path / "site.pem", tmp_path / "keys.toml"
    ring.write_text(public_entry(new_key(key, "").public("Pain clinic")), encoding="utf-8")
    return key, ring


def test_a_key_is_made_used_and_verified(tmp_path):
    record = shutil.copytree(EXAMPLE, tmp_path / "record")
    key, ring = tmp_path / "site.pem", tmp_path / "keys.toml"
    made = run("keys", "new", key, "--holder", 'The "pain" clinic, Zürich')
    assert made.exit_code == 0, made.stderr
    assert f"next: lenitive decide RECORD --option N --by NAME --key {key}" in made.stderr
    ring.write_text(made.stdout, encoding="utf-8")
    assert run("keys", "show", key, "--holder", 'The "pain" clinic, Zürich').stdout == made.stdout
    done = run("decide", record, "--option", "1", "--by", "Dr Example", "--key", key)
    assert done.exit_code == 0, done.stderr
    (entry,) = kept(record)
    assert f"signed with key {entry.signed_by[:16]}" in done.stdout
    verified = run("decisions", "verify", record, "--keys", ring)
    assert verified.exit_code == 0
    assert 'Signed by The "pain" clinic, Zürich (key ' in verified.stdout
    assert "1 decision, 1 proven by a signature, 0 not" in verified.stdout
    # A signed decision is replayed as any other.
    assert run("replay", record, "1", "--out", tmp_path / "again.json").exit_code == 0
    # An unsigned one after it is not proven, and that is the exit status.
    assert run("decide", record, "--option", "1", "--by", "Dr Example").exit_code == 0
    assert run("decisions", "verify", record, "--keys", ring).exit_code == 1
    revoked = ring.read_text(encoding="utf-8") + "revoked = 2026-01-01\n"
    ring.write_text(revoked, encoding="utf-8")
    told = run("decisions", "verify", record, "--keys", ring)
    assert told.exit_code == 1
    assert "after that key was revoked" in told.stdout


@POSIX
def test_a_new_key_can_be_read_by_its_owner_alone(tmp_path):
    before = os.umask(0)
    try:
        new_key(tmp_path / "site.pem", "")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "site.pem").stat().st_mode) == 0o600


@POSIX
@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660, 0o610, 0o602, 0o777])
def test_a_key_that_others_can_touch_is_refused(site, mode):
    key, _ = site
    key.chmod(mode)
    with pytest.raises(KeyFileError, match=r"site.pem: others than its owner .* chmod 600"):
        read_key(key, no_passphrase)


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_key_of_its_owner_alone_is_read(site, mode):
    key, _ = site
    key.chmod(mode)
    assert read_key(key, no_passphrase).id


def test_a_key_is_never_written_over(site):
    key, _ = site
    before = key.read_bytes()
    done = run("keys", "new", key, "--holder", "x")
    assert done.exit_code == 2
    assert "is there already. A key is never written over" in done.stderr
    assert key.read_bytes() == before
    key.with_name("link").symlink_to(key.with_name("nothing"))
    assert run("keys", "new", key.with_name("link"), "--holder", "x").exit_code == 2
    assert run("keys", "new", key.with_name("none") / "k.pem", "--holder", "x").exit_code == 2


def test_a_passphrase_is_asked_for_and_needed(tmp_path):
    key = tmp_path / "site.pem"
    assert run("keys", "new", key, "--holder", "x", "--passphrase", input="secret\nsecret\n").exit_code == 0
    assert b"ENCRYPTED" in key.read_bytes()
    good = run("keys", "show", key, "--holder", "x", input="secret\n")
    assert good.exit_code == 0
    bad = run("keys", "show", key, "--holder", "x", input="other\n")
    assert bad.exit_code == 2
    assert "or the passphrase is wrong" in bad.stderr
    for done in (good, bad):
        assert "secret" not in done.output


@pytest.mark.parametrize("holder", ["", "  ", "a\nb", "a\x1b[2K"])
def test_a_holder_is_a_name_on_one_line(tmp_path, holder):
    done = run("keys", "new", tmp_path / "k.pem", "--holder", holder)
    assert done.exit_code == 2
    assert not (tmp_path / "k.pem").exists()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL's command is not here")
def test_keys_of_openssl_are_taken_and_ours_are_by_it(site, tmp_path):
    key, _ = site
    other = tmp_path / "other.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", other], check=True)
    other.chmod(0o600)
    for path in (key, other):
        public = subprocess.run(
            ["openssl", "pkey", "-in", path, "-pubout"], check=True, capture_output=True, text=True
        ).stdout.splitlines()[1]
        assert f'public = "{public}"' in public_entry(read_key(path, no_passphrase).public("x"))
    rsa = tmp_path / "rsa.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "x25519", "-out", rsa], check=True)
    rsa.chmod(0o600)
    with pytest.raises(KeyFileError, match="a key of another kind"):
        read_key(rsa, no_passphrase)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no key",
        b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----\nTWFkZSB1cA==\n-----END PRIVATE KEY-----\n",
        b"\x00" * 100,
        b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",
    ],
)
def test_what_is_no_key_is_a_sentence_that_repeats_nothing_of_it(tmp_path, data):
    path = tmp_path / "k.pem"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"^k\.pem: no private key could be read from it") as refused:
        read_key(path, no_passphrase)
    assert "TWFk" not in str(refused.value)


@pytest.mark.parametrize("kind", ["nothing", "folder", "large", "pipe"])
def test_a_file_that_cannot_be_a_key(tmp_path, kind):
    path = tmp_path / "k.pem"
    match kind:
        case "folder":
            path.mkdir(mode=0o700)
        case "large":
            path.write_bytes(b"x" * 1_000_001)
            path.chmod(0o600)
        case "pipe":
            os.mkfifo(path, 0o600)
    for touch in (lambda: read_key(path, no_passphrase), lambda: read_keys(path)):
        with pytest.raises(KeyFileError, match=r"cannot be opened|not a plain file|too large"):
            touch()


GOOD = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
WRONG = {
    "empty": "",
    "no TOML": "[[key",
    "no list": "key = 1",
    "another table": f'[[key]]\nholder="x"\npublic="{GOOD}"\n[other]\n',
    "no public": '[[key]]\nholder="x"\n',
    "a field more": f'[[key]]\nholder="x"\npublic="{GOOD}"\nage=1\n',
    "no holder": f'[[key]]\nholder=" "\npublic="{GOOD}"\n',
    "a holder of two lines": f'[[key]]\nholder="a\\nb"\npublic="{GOOD}"\n',
    "no base64": '[[key]]\nholder="x"\npublic="%%%"\n',
    "a short key": '[[key]]\nholder="x"\npublic="MCow"\n',
    "a number": '[[key]]\nholder="x"\npublic=3\n',
    "another algorithm": f'[[key]]\nholder="x"\npublic="{GOOD.replace("K2Vw", "K2Vu")}"\n',
    "revoked in words": f'[[key]]\nholder="x"\npublic="{GOOD}"\nrevoked="yes"\n',
    "revoked at a time": f'[[key]]\nholder="x"\npublic="{GOOD}"\nrevoked=2026-01-01T00:00:00\n',
    "twice": f'[[key]]\nholder="x"\npublic="{GOOD}"\n' * 2,
    "a private key": "-----BEGIN PRIVATE KEY-----",
    "nested": "key = " + "[" * 5000 + "]" * 5000,
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_file_of_keys_that_is_none_is_a_sentence(tmp_path, text):
    record = shutil.copytree(EXAMPLE, tmp_path / "record")
    ring = tmp_path / "keys.toml"
    ring.write_text(text, encoding="utf-8")
    with pytest.raises(KeyFileError, match=r"^keys\.toml: "):
        read_keys(ring)
    assert run("decisions", "verify", record, "--keys", ring).exit_code == 0  # nothing to check yet


def test_a_key_in_the_record_is_refused(tmp_path):
    record = shutil.copytree(EXAMPLE, tmp_path / "record")
    new_key(record / "site.pem", "")
    done = run("decide", record, "--option", "1", "--by", "Dr Example", "--key", record / "site.pem")
    assert done.exit_code == 2
    assert "would travel with it" in done.stderr
    assert not (record / FILE).exists()


def test_no_private_part_is_logged_or_printed(site, tmp_path, caplog):
    key, ring = site
    record = shutil.copytree(EXAMPLE, tmp_path / "record")
    secret = key.read_text(encoding="ascii").splitlines()[1]
    with caplog.at_level(logging.DEBUG):
        done = [
            run("keys", "show", key, "--holder", "x"),
            run("decide", record, "--option", "1", "--by", "Dr Example", "--key", key),
            run("decisions", "verify", record, "--keys", ring),
            run("decisions", "verify", record, "--keys", key),
        ]
    assert [d.exit_code for d in done] == [0, 0, 0, 2]
    said = "".join(d.output for d in done) + caplog.text + (record / FILE).read_text(encoding="utf-8")
    assert secret not in said
    assert secret[-20:] not in said


def test_without_the_library_the_command_says_what_to_install(site, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    key, ring = site
    for touch in (lambda: read_key(key, no_passphrase), lambda: read_keys(ring), lambda: new_key(key, "")):
        with pytest.raises(KeyFileError, match=r"pip install 'lenitive\[sign\]'"):
            touch()


def test_the_prefix_of_a_public_key_is_that_of_the_standard():
    """RFC 8410, 10.1."""
    assert keys._SPKI.hex() == "302a300506032b6570032100"
