"""The web app under load: one practice of 10,000 patients with a year of diary each, a server, and people beside it.

    python benchmarks/web.py fill DIR --patients 10000 --days 365    # once; minutes, about 2 GB
    python benchmarks/web.py parts DIR                               # processor time and queries of each page, in one process
    python benchmarks/web.py load DIR                                # a server with people: pages and entries a second, and how long they take

The patients are simulated. The diary rows are put in by bulk, past the audit's triggers: what is measured is reading and adding, not the filling.
``parts`` tells what a page costs on a machine of any business; the times of ``load`` mean something on a quiet machine alone, so that
the load average stands beside them.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any

CLINICIANS, ACCOUNTS, PASSWORD = 20, 200, "a horse for the benchmark"
LAST_DAY = date(2026, 3, 1)
PORT = 8047


def _attach(data: Path) -> None:
    from lenitive.shells.web.start import attach

    attach(data)


def fill(data: Path, patients: int, days: int) -> None:
    """Make the practice; an empty folder is asked for."""
    from lenitive.shells.web.start import prepare

    prepare(data)
    from django.contrib.auth.hashers import make_password
    from django.db import connection, transaction

    from lenitive.shells.web.audit_triggers import AUDITED, make_triggers
    from lenitive.shells.web.models import (
        CareRelation,
        DiaryRow,
        PatientRow,
        PeriodRow,
        Role,
        StandingRow,
        User,
    )

    now, hashed, chance = datetime(2026, 3, 1, 20, tzinfo=UTC), make_password(PASSWORD), random.Random(7)
    with connection.cursor() as cursor:
        for model in AUDITED:
            for event in ("insert", "update", "delete"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "audit_{model._meta.db_table}_{event}"')
    doctors = [User(username=f"dr{i}", role=Role.CLINICIAN, password=hashed) for i in range(CLINICIANS)]
    hers = [User(username=f"p{i}", role=Role.PATIENT, password=hashed) for i in range(min(ACCOUNTS, patients))]
    User.objects.bulk_create([*doctors, *hers])
    rows = [
        PatientRow(name=f"Simulated {i:05d}", made_at=now, simulated=True, pinned_day=LAST_DAY, account=hers[i] if i < len(hers) else None)
        for i in range(patients)
    ]
    PatientRow.objects.bulk_create(rows, batch_size=1000)
    StandingRow.objects.bulk_create(
        [
            StandingRow(patient=p, group=chance.randrange(4), order=-chance.randrange(60), last_entry=LAST_DAY, stale=False, facts={"why": "", "pain": [5.0] * 8})
            for p in rows
        ],
        batch_size=1000,
    )
    CareRelation.objects.bulk_create(
        [CareRelation(patient=p, clinician=doctors[i % CLINICIANS], since=now) for i, p in enumerate(rows)], batch_size=1000
    )
    PeriodRow.objects.bulk_create(
        [
            PeriodRow(patient=p, day=LAST_DAY - timedelta(days=days // 2), entered_at=now, received_at=now, origin="import", key=uuid.uuid4().hex,
                      drug="mirtazapine", dose_mg=15.0, times="22:00")
            for p in rows
        ],
        batch_size=1000,
    )  # fmt: skip
    for start in range(0, patients, 100):
        made = []
        for p in rows[start : start + 100]:
            level = chance.uniform(4, 8)
            for back in range(days):
                if chance.random() < 0.15:
                    continue
                eased = 1.2 if back < days // 2 else 0.0
                pain = min(10.0, max(0.0, round(level - eased + chance.gauss(0, 1.2))))
                made.append(
                    DiaryRow(patient=p, day=LAST_DAY - timedelta(days=back), entered_at=now, received_at=now, origin="import", pain=pain,
                             sleep_disturbance=min(10.0, max(0.0, round(level - eased + chance.gauss(0, 1.5)))), fatigue=min(10.0, pain + 1))
                )  # fmt: skip
        with transaction.atomic():
            DiaryRow.objects.bulk_create(made, batch_size=1000)
    make_triggers(None)
    print(json.dumps({"patients": patients, "diary_rows": DiaryRow.objects.count(), "bytes": sum(f.stat().st_size for f in data.glob("*.sqlite3*"))}))


def _signed(name: str) -> Any:
    from django.test import Client

    from lenitive.shells.web.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _sync_body(day: date = LAST_DAY) -> str:
    entry = {"uid": str(uuid.uuid4()), "kind": "diary", "day": day.isoformat(), "at": f"{day}T20:00:00+00:00", "values": {"pain": random.randrange(11)}}
    return json.dumps({"now": f"{day}T20:00:00+00:00", "entries": [entry]})


def parts(data: Path, times: int) -> dict[str, object]:
    """Processor time (ms, the shortest of several), queries and bytes of each page."""
    _attach(data)
    logging.getLogger("lenitive.web").setLevel("WARNING")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from lenitive.shells.web.models import PatientRow, StoredReview

    doctor, patient = _signed("dr0"), _signed("p0")
    uid = PatientRow.objects.get(name="Simulated 00000").uid

    def anew() -> Any:
        StoredReview.objects.filter(patient__uid=uid).delete()
        return doctor.get(f"/patients/{uid}/")

    pages: dict[str, Callable[[], Any]] = {
        "panel": lambda: doctor.get("/panel/"),
        "panel, searched": lambda: doctor.get("/panel/?q=0002"),
        "visit page, review made anew": anew,
        "visit page": lambda: doctor.get(f"/patients/{uid}/"),
        "record page": lambda: doctor.get(f"/patients/{uid}/record"),
        "diary of today": lambda: patient.get(f"/diary/{uid}/"),
        "one entry": lambda: patient.post(f"/diary/{uid}/sync", _sync_body(), content_type="application/json"),
    }
    found: dict[str, object] = {"patients": PatientRow.objects.count(), "load": os.getloadavg()[0]}
    for name, ask in pages.items():
        answer = ask()
        assert answer.status_code == 200, (name, answer.status_code)
        with CaptureQueriesContext(connection) as queries:
            ask()
        asked = len(queries)
        spent, waited = [], []
        for _ in range(2 if "anew" in name else times):
            begun, wall = time.process_time(), time.perf_counter()
            ask()
            spent.append(time.process_time() - begun)
            waited.append(time.perf_counter() - wall)
        found[name] = {
            "processor_ms": round(1e3 * min(spent), 1),
            "wall_ms_median": round(1e3 * statistics.median(waited), 1),
            "queries": asked,
            "kilobytes": round(len(answer.content) / 1000, 1),
        }
        print(name, json.dumps(found[name]), flush=True)
    return found


class _Person:
    """One person with a browser of her own: one connection, kept open."""

    def __init__(self, name: str, first: str) -> None:
        # Signed in past the page: more than thirty people a minute do not sign in from one address.
        self.connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.cookies = {key: morsel.value for key, morsel in _signed(name).cookies.items()}
        status, _ = self.ask("GET", first)
        assert status == 200, f"{name} gets {status}"

    def ask(self, method: str, path: str, body: str | None = None, kind: str = "") -> tuple[int, bytes]:
        """Status and content."""
        headers = {"Host": "localhost", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": kind, "X-CSRFToken": self.cookies.get("csrftoken", ""), "Origin": "http://localhost"}
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server lets an idle connection go after two seconds; a browser opens another, as here.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        content = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return response.status, content


@contextmanager
def _server(data: Path) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "lenitive", "serve", "--data", str(data), "--port", str(PORT)], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 180
        while time.monotonic() < end:
            try:
                with closing(HTTPConnection("127.0.0.1", PORT, timeout=5)) as one:
                    one.request("GET", "/health", headers={"Host": "localhost"})
                    if one.getresponse().status == 200:
                        break
            except OSError:
                time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def _processor_seconds(root: int) -> float:
    """Seconds of processor time of a process and all that it started."""
    parents, spent = {}, {}
    ticks = os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            spent[int(entry.name)] = (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / ticks
    mine, grew = {root}, True
    while grew:
        more = {pid for pid, parent in parents.items() if parent in mine} - mine
        grew, mine = bool(more), mine | more
    return sum(spent.get(pid, 0.0) for pid in mine)


def _phase(root: int, people: list[_Person], seconds: float, act: Callable[[_Person, int], tuple[int, bytes]], pause: float = 0.0) -> dict[str, object]:
    """Everybody acts until the time is over, each after a pause of chance around ``pause``."""
    times: list[float] = []
    errors, lock, end = [0], threading.Lock(), time.monotonic() + seconds
    spent = _processor_seconds(root)

    def go(number: int, person: _Person) -> None:
        chance = random.Random(number)
        while time.monotonic() < end:
            begun = time.perf_counter()
            try:
                status, _ = act(person, number)
            except OSError:
                status = 599
            took = time.perf_counter() - begun
            with lock:
                times.append(took)
                errors[0] += status >= 400
            if pause:
                time.sleep(chance.expovariate(1 / pause))

    threads = [threading.Thread(target=go, args=(i, p)) for i, p in enumerate(people)]
    begun = time.monotonic()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took = time.monotonic() - begun
    times.sort()
    return {
        "people": len(people), "requests": len(times), "errors": errors[0], "a_second": round(len(times) / took, 1),
        "median_ms": round(1e3 * times[len(times) // 2]), "p99_ms": round(1e3 * times[int(0.99 * (len(times) - 1))]),
        "server_processor_ms_a_request": round(1e3 * (_processor_seconds(root) - spent) / len(times), 1), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def load(data: Path, seconds: float) -> dict[str, object]:
    """The phases, one after another, each against the same server."""
    _attach(data)
    from lenitive.shells.web.models import PatientRow

    uids = dict(PatientRow.objects.filter(account__isnull=False).values_list("account__username", "uid"))
    cared = {i: PatientRow.objects.get(name=f"Simulated {i:05d}").uid for i in range(CLINICIANS)}
    found: dict[str, object] = {}
    with _server(data) as root:
        doctors = [_Person(f"dr{i}", "/panel/") for i in range(CLINICIANS)]
        patients = [_Person(f"p{i}", f"/diary/{uids[f'p{i}']}/") for i in range(len(uids))]
        for i, one in enumerate(doctors):
            one.ask("GET", f"/patients/{cared[i]}/")  # the review is made once

        def chart(person: _Person, number: int) -> tuple[int, bytes]:
            return person.ask("GET", f"/patients/{cared[number]}/")

        def enter(person: _Person, number: int) -> tuple[int, bytes]:
            return person.ask("POST", f"/diary/{uids[f'p{number}']}/sync", _sync_body(), "application/json")

        def as_people_do(person: _Person, number: int) -> tuple[int, bytes]:
            if number < CLINICIANS:
                return chart(person, number) if random.random() < 0.5 else person.ask("GET", "/panel/")
            return enter(person, number - CLINICIANS)

        phases: dict[str, Callable[[], dict[str, object]]] = {
            "page with chart, 16 at once": lambda: _phase(root, doctors[:16], seconds, chart),
            "panel, 4 at once": lambda: _phase(root, doctors[:4], seconds / 2, lambda p, _: p.ask("GET", "/panel/")),
            "diary entries, 16 at once": lambda: _phase(root, patients[:16], seconds, enter),
            "20 clinicians and 200 patients, paced": lambda: _phase(root, [*doctors, *patients], 2 * seconds, as_people_do, pause=10.0),
        }
        for name, run in phases.items():
            found[name] = run()
            print(name, json.dumps(found[name]), flush=True)
    return found


def main() -> None:
    """Arguments, one call, and the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fill", "parts", "load"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if given.what == "fill":
        fill(given.data, given.patients, given.days)
        return
    found = parts(given.data, given.times) if given.what == "parts" else load(given.data, given.seconds)
    if given.out:
        given.out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
