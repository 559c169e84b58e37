"""How long network meta-analysis takes: beside metafor's rma.mv on the same network, and as networks grow.

    python benchmarks/evidence.py            both parts; the first needs Rscript with metafor and metadat
    python benchmarks/evidence.py --growth   growth alone

The networks are the depression network of Linde and others 2015 (66 trials, from metadat) and simulated ones with a seed.
Both programs are given the same contrasts with the same covariances and fit the same random-effects model by REML; the
figure is the median of repeated fits inside each program, without start-up, reading or contrast building: processor time for
the comparison (so that other work on the machine does not count), time on the wall for the growth.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lenitive.evidence.network import Network, fit_network, from_arm_counts

R = r"""
suppressMessages({library(metafor); library(jsonlite)}); options(warn = -1)
a <- commandArgs(TRUE); d <- fromJSON(a[1])
V <- bldiag(lapply(d$v, function(v) matrix(unlist(v), nrow = sqrt(length(unlist(v))))))
X <- as.matrix(d$x); s <- d$study; k <- d$k; dat <- data.frame(s, k)
fit <- function() rma.mv(d$y, V, mods = X, intercept = FALSE, random = ~ k | s, struct = "CS", rho = 0.5, data = dat)
times <- sapply(1:as.integer(a[2]), function(i) sum(system.time(m <<- fit())[1:2]))
write(toJSON(list(median = median(times), tau2 = m$tau2, b = as.numeric(m$beta), se = as.numeric(m$se)), digits = 12, auto_unbox = TRUE), a[3])
"""


def simulated(studies: int, treatments: int, seed: int = 5) -> Network:
    """Two- and three-arm trials with binary outcomes."""
    rng = np.random.default_rng(seed)
    study, treatment, events, people = [], [], [], []
    for s in range(studies):
        arms = rng.choice(treatments, size=int(rng.choice([2, 2, 2, 3])), replace=False)
        shift = rng.normal(0, 0.2)
        for a in sorted(arms):
            n = int(rng.integers(40, 300))
            risk = 1 / (1 + np.exp(1 - 0.01 * a - shift + rng.normal(0, 0.15)))
            study.append(f"s{s:04d}")
            treatment.append(f"t{a:02d}")
            people.append(n)
            events.append(int(rng.binomial(n, risk)))
    return from_arm_counts(study, treatment, events, people)


def linde() -> Network:
    """The depression network, as frozen for the oracle tests."""
    frozen = Path(__file__).parent.parent / "tests" / "oracle" / "evidence" / "network.json"
    data = json.loads(frozen.read_text(encoding="utf-8"))["networks"]["linde2015"]["data"]
    return from_arm_counts(data["study"], data["treatment"], data["r"], data["n"])


def median_time(network: Network, repeats: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds of one fit by a clock, the median of several."""
    times = []
    for _ in range(repeats):
        start = clock()
        fit_network(network, reference=network.treatments[0])
        times.append(clock() - start)
    return statistics.median(times)


def beside_metafor(name: str, network: Network, repeats: int) -> None:
    """One line: both times and how far the numbers are apart."""
    basic = network.treatments[1:]
    rows, y, v, study, k = [], [], [], [], []
    for s in network.studies:
        for i, t in enumerate(s.treatments[1:]):
            rows.append([float(t == b) - float(s.treatments[0] == b) for b in basic])
            study.append(s.name)
            k.append(i + 1)
        y.extend(s.y.tolist())
        v.append(s.v.ravel().tolist())
    with tempfile.TemporaryDirectory() as folder:
        given, answer, script = (Path(folder) / n for n in ("in.json", "out.json", "fit.R"))
        given.write_text(json.dumps({"x": rows, "y": y, "v": v, "study": study, "k": k}), encoding="utf-8")
        script.write_text(R, encoding="utf-8")
        subprocess.run(["Rscript", str(script), str(given), str(repeats), str(answer)], check=True)
        theirs = json.loads(answer.read_text(encoding="utf-8"))
    ours = median_time(network, 100, time.process_time)
    result = fit_network(network, reference=network.treatments[0])
    apart = max(
        abs(result.theta[1:] - np.array(theirs["b"])).max(),
        abs(np.sqrt(np.diag(result.cov))[1:] - np.array(theirs["se"])).max(),
    )
    print(
        f"{name}: {len(network.studies)} trials, {len(network.treatments)} treatments: "
        f"rma.mv {theirs['median'] * 1e3:.0f} ms, ours {ours * 1e3:.2f} ms, {theirs['median'] / ours:.0f} times; "
        f"tau2 {theirs['tau2']:.6f} and {result.tau2:.6f}; largest difference of an effect or its SE {apart:.1e}"
    )


def main() -> None:
    """Print one line a measurement."""
    if "--growth" not in sys.argv:
        if shutil.which("Rscript") is None:
            print("Rscript with metafor is not installed: only growth is measured")
        else:
            beside_metafor("depression (Linde 2015)", linde(), 5)
            beside_metafor("simulated", simulated(200, 20), 3)
    for studies, treatments in ((125, 60), (250, 60), (500, 60), (1000, 60), (2000, 60)):
        network = simulated(studies, treatments)
        print(f"growth: {studies} trials, {treatments} treatments: {median_time(network, 5) * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
