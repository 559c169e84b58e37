"""Sleep statistics beside YASA's, and the import of a large Apple Health export in bounded memory.

    python benchmarks/sleep.py                                  both, with a 2 GB export
    python benchmarks/sleep.py --yasa /path/to/python           YASA of another environment, in the same run
    python benchmarks/sleep.py --export-mb 200 --nights 1000    smaller

YASA is not among this project's dependencies. To compare: python3 -m venv yasa && yasa/bin/pip install yasa==0.8.1, then
--yasa yasa/bin/python. The export is generated, read, and deleted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

EPOCHS = 960  # eight hours

THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
import yasa
nights = np.load(sys.argv[1])
yasa.Hypnogram.from_integers(nights[0]).sleep_statistics()
begin = time.perf_counter()
made = [yasa.Hypnogram.from_integers(n) for n in nights]
built = time.perf_counter()
tst = sum(h.sleep_statistics()["TST"] for h in made)
end = time.perf_counter()
print(json.dumps({"version": yasa.__version__, "build": built - begin, "statistics": end - built, "tst": float(tst)}))
"""

READ = """
import json, re, sys, time
from pathlib import Path
from lenitive.shells.sleep_files import open_sleep
from lenitive.knowledge import load
from lenitive.sleep import ReaderOptions, nights, to_record
known = load()
definition, lines = known.sleep.definitions[known.sleep.default], known.judgement.sleep
begin, cpu = time.perf_counter(), time.process_time()
opened = open_sleep([Path(sys.argv[1])], ReaderOptions())
found = [to_record(n) for n in nights(opened.sessions, definition=definition, lines=lines)]
wall, used = time.perf_counter() - begin, time.process_time() - cpu
# Not ru_maxrss: a process inherits that of the one that started it.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({"wall": wall, "cpu": used, "peak_mib": peak, "nights": len(found), "usable": opened.usable}))
"""


def simulate(count: int, seed: int = 1) -> np.ndarray:
    """Nights of a Markov chain that stays in its stage nine times of ten."""
    rng = np.random.default_rng(seed)
    stay = rng.random((count, EPOCHS)) < 0.9
    fresh = rng.choice(5, p=[0.15, 0.08, 0.45, 0.17, 0.15], size=(count, EPOCHS)).astype(np.int8)
    nights = fresh.copy()
    for i in range(1, EPOCHS):
        nights[:, i] = np.where(stay[:, i], nights[:, i - 1], fresh[:, i])
    return nights


def statistics(count: int, yasa: str) -> None:
    from lenitive.knowledge import load
    from lenitive.sleep import Hypnogram, architectures

    facts = load().sleep
    definition = facts.definitions[facts.default]

    nights = simulate(count)
    architectures([Hypnogram(codes=n) for n in nights[:8]], definition)
    begin = time.perf_counter()
    made = [Hypnogram(codes=n) for n in nights]
    built = time.perf_counter()
    found = architectures(made, definition)
    end = time.perf_counter()
    print(
        f"lenitive: {count} nights of {EPOCHS} epochs, {built - begin:.2f} s to build, {end - built:.2f} s for statistics"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nights.npy"
        np.save(path, nights)
        done = subprocess.run([yasa, "-c", THEIRS, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        print("yasa: not importable here; see the head of this file for how to get it. No ratio.")
        return
    theirs = json.loads(done.stdout.strip().splitlines()[-1])
    print(
        f"yasa {theirs['version']}: {theirs['build']:.2f} s to build, {theirs['statistics']:.2f} s for statistics"
    )
    ours = sum(a.tst_min for a in found)
    assert abs(ours - theirs["tst"]) < 1e-3 * count, "the two do not agree"
    whole = (theirs["build"] + theirs["statistics"]) / (end - begin)
    print(
        f"same total sleep time; statistics {theirs['statistics'] / (end - built):.0f} times, all {whole:.0f} times as fast"
    )


def write_export(path: Path, megabytes: float) -> None:
    """An export as the Health app writes it: a heart rate every half minute, stages at night."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!-- HealthKit Export Version: 14 -->\n'
        "<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>\n]>\n"
        '<HealthData locale="en_GB">\n <ExportDate value="2026-03-01 10:00:00 +0000"/>\n'
    )
    device = "&lt;&lt;HKDevice: 0x28&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2&gt;"
    start, size, block = datetime(2016, 1, 1), 0, 0
    with path.open("w", encoding="utf-8") as out:
        size += out.write(head)
        while size < megabytes * 1e6:
            parts = []
            noon = start + timedelta(days=block)
            for k in range(2880):
                at = (noon + timedelta(seconds=30 * k)).strftime("%Y-%m-%d %H:%M:%S +0000")
                parts.append(
                    f' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" sourceVersion="9.1" '
                    f'device="{device}" unit="count/min" creationDate="{at}" startDate="{at}" endDate="{at}" '
                    f'value="{60 + k % 40}">\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n </Record>\n'
                )
            for k in range(24):
                a = noon + timedelta(hours=22, minutes=20 * k)
                b = a + timedelta(minutes=20)
                value = ("Awake", "AsleepCore", "AsleepDeep", "AsleepREM")[k % 4]
                parts.append(
                    f' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" sourceVersion="9.1" '
                    f'creationDate="{b:%Y-%m-%d %H:%M:%S} +0000" startDate="{a:%Y-%m-%d %H:%M:%S} +0000" '
                    f'endDate="{b:%Y-%m-%d %H:%M:%S} +0000" value="HKCategoryValueSleepAnalysis{value}">\n'
                    '  <MetadataEntry key="HKTimeZone" value="Europe/London"/>\n </Record>\n'
                )
            size += out.write("".join(parts))
            block += 1
        out.write("</HealthData>\n")


def export(megabytes: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xml"
        write_export(path, megabytes)
        size = path.stat().st_size / 1e6
        done = subprocess.run(
            [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True
        )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["usable"]
    print(
        f"Apple Health export of {size:.0f} MB: {told['nights']} nights in {told['wall']:.1f} s "
        f"({size / told['wall']:.0f} MB/s; {size / told['cpu']:.0f} MB/s of processor time), peak memory {told['peak_mib']:.0f} MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nights", type=int, default=10000)
    parser.add_argument("--yasa", default=sys.executable, help="a Python that has yasa")
    parser.add_argument("--export-mb", type=float, default=2000.0, help="0 leaves the export out")
    chosen = parser.parse_args()
    statistics(chosen.nights, chosen.yasa)
    if chosen.export_mb > 0:
        export(chosen.export_mb)


if __name__ == "__main__":
    main()
