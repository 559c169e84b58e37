"""A real server: killed while people write, backed up while they do, and restored elsewhere."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
import zipfile
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

ROOT = Path(__file__).parents[2]


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _lenitive(data, *words):
    env = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "LENITIVE_DATA")}
    return subprocess.run(
        [sys.executable, "-m", "lenitive", *words, "--data", str(data)],
        capture_output=True, text=True, cwd=ROOT, env=env, check=False,
    )  # fmt: skip


class _Server:
    """``lenitive serve --demo`` in a folder; killed as a power cut would."""

    def __init__(self, data, demo):
        self.data, self.port = data, _free_port()
        env = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "LENITIVE_DATA")}
        self.log = (data.parent / f"log-{self.port}").open("w+")
        words = ["serve", "--data", str(data), "--port", str(self.port), *(["--demo", "--examples", str(demo)] if demo else [])]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lenitive", *words], cwd=ROOT, env=env,
            stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.url = f"http://localhost:{self.port}"
        end = time.monotonic() + 240
        while time.monotonic() < end:
            try:
                build_opener().open(f"{self.url}/health", timeout=5)
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                threading.Event().wait(0.2)
        raise AssertionError(Path(self.log.name).read_text())

    def passwords(self):
        text = Path(self.log.name).read_text()
        return dict(re.findall(r"^\s+(clinician|patient)\s+(\S+)$", text, re.M))

    def kill(self):
        out = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
        mine = [int(line.split()[0]) for line in out.splitlines() if f":{self.port}" in line]
        for pid in [self.process.pid, *mine]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


class _Person:
    def __init__(self, url, name, password):
        self.url, self.jar = url, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        self.opener.open(f"{url}/accounts/login/", timeout=60)
        body = urlencode({"login": name, "password": password, "csrfmiddlewaretoken": self.token()}).encode()
        self.home = self.opener.open(Request(f"{url}/accounts/login/", body), timeout=60).url

    def token(self):
        return next(c.value for c in self.jar if c.name == "csrftoken")

    def send(self, day, pain):
        uid = str(uuid.uuid4())
        entry = {"uid": uid, "kind": "diary", "day": day, "at": f"{day}T20:00:00+00:00", "values": {"pain": pain}}
        request = Request(
            self.home.split("?")[0] + "sync",
            json.dumps({"now": f"{day}T20:00:00+00:00", "entries": [entry]}).encode(),
            {"Content-Type": "application/json", "X-CSRFToken": self.token()},
        )
        kept = json.loads(self.opener.open(request, timeout=60).read())["kept"]
        return [uuid.UUID(k).hex for k in kept]


def _kept(data):
    with sqlite3.connect(f"file:{data / 'lenitive.sqlite3'}?mode=ro", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {u for (u,) in db.execute("SELECT uid FROM web_diaryrow")}


ROUNDS = int(os.environ.get("LENITIVE_KILL_ROUNDS", "2"))
"""How often it is killed; 50 by ``python tools/web_gates.py kill``."""
WRITERS = int(os.environ.get("LENITIVE_KILL_WRITERS", "4"))


def _tasks(data, *statuses):
    with sqlite3.connect(f"file:{data / 'lenitive.sqlite3'}?mode=ro", uri=True) as db:
        marks = ", ".join("?" * len(statuses))
        return db.execute(f"SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN ({marks})", statuses).fetchone()[0]


def _worker_of(server):
    """The process that makes reviews for this server."""
    out = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 2) for line in out.splitlines()[1:]]
    return next((int(pid) for pid, parent, args in lines if int(parent) == server.process.pid and args.endswith("manage work")), None)


def _patiently(holds, what, seconds=240):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        threading.Event().wait(0.2)
    raise AssertionError(what)


@pytest.mark.slow
def test_a_killed_server_has_kept_what_it_said_and_a_backup_under_load_restores(tmp_path, gate_figures):
    data = tmp_path / "data"
    examples = tmp_path / "examples"
    shutil.copytree(ROOT / "examples" / "clear-responder", examples / "clear-responder")
    chance = random.Random(15)
    server = _Server(data, demo=examples)
    passwords = server.passwords()
    said: list[str] = []
    lost = workers = 0
    for turn in range(ROUNDS):
        if turn:
            server = _Server(data, demo=None)
        ends = threading.Event()

        def write(ends=ends, server=server):
            try:
                person = _Person(server.url, "patient", passwords["patient"])
                while not ends.is_set():
                    said.extend(person.send("2026-02-20", len(said) % 11))
            except (OSError, ValueError, HTTPException):
                return  # killed in the middle: what was not acknowledged was not said

        writers = [threading.Thread(target=write) for _ in range(WRITERS)]
        for one in writers:
            one.start()
        before, most = len(said), 10 + chance.randrange(40)
        _patiently(lambda before=before, most=most: len(said) >= before + most, "nobody could write")
        if turn == 0:
            taken = len(said)
            made = _lenitive(data, "backup", str(tmp_path / "one.backup"))
            assert made.returncode == 0, made.stderr
        if turn % 2 == 0 and (worker := _worker_of(server)) is not None:
            # The worker alone, in the middle of a review perhaps; another takes up what it left.
            os.kill(worker, signal.SIGKILL)
            workers += 1
            _patiently(lambda server=server, worker=worker: _worker_of(server) not in (None, worker), "no other worker came")
        server.kill()
        ends.set()
        for one in writers:
            one.join()
        lost += len(set(said) - _kept(data))
        assert lost == 0
    assert workers
    server = _Server(data, demo=None)
    _patiently(lambda: _tasks(data, "READY", "RUNNING") == 0, "a review that was begun was never taken up again")
    assert _tasks(data, "FAILED") == 0
    server.kill()
    verified = _lenitive(data, "audit", "verify")
    assert verified.returncode == 0, verified.stderr
    gate_figures("kill", rounds=ROUNDS, writers=WRITERS, acknowledged=len(said), lost=lost, workers_killed=workers,
                 integrity="ok", audit="whole", reviews_left_over=0)  # fmt: skip

    elsewhere = tmp_path / "elsewhere"
    restored = _lenitive(elsewhere, "restore", str(tmp_path / "one.backup"))
    assert restored.returncode == 0, restored.stderr
    assert set(said[:taken]) <= _kept(elsewhere)
    assert _lenitive(elsewhere, "audit", "verify").returncode == 0
    assert _lenitive(elsewhere, "restore", str(tmp_path / "one.backup")).returncode == 2  # not over what is there

    whole = (tmp_path / "one.backup").read_bytes()
    (tmp_path / "cut.backup").write_bytes(whole[: len(whole) // 2])
    assert _lenitive(tmp_path / "third", "restore", str(tmp_path / "cut.backup")).returncode == 2
    with zipfile.ZipFile(tmp_path / "other.backup", "w") as other, zipfile.ZipFile(tmp_path / "one.backup") as one:
        for name in one.namelist():
            content = one.read(name)
            other.writestr(name, content.replace(b'"head_seq": ', b'"head_seq": 1') if name == "note.json" else content)
    assert _lenitive(tmp_path / "third", "restore", str(tmp_path / "other.backup")).returncode == 2
