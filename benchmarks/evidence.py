"""How long a meta-analysis takes: the fit alone and the whole command, beside metafor on the same table, from 50 to 2,000 trials.

    python benchmarks/evidence.py            all; the comparison needs Rscript with metafor
    python benchmarks/evidence.py --fit      the fit alone beside metafor's rma.mv, in one run
    python benchmarks/evidence.py --command  the whole command (start, reading, fit, text), ours and an R script that reads the
                                             same file, builds the contrasts, fits and prints

Networks are simulated with a seed (20 treatments, two- and three-arm trials with binary outcomes), and the depression network of
Linde and others 2015. Both programs are given the same numbers. Times are processor time, so that other work on the machine does
not count: the median of repeats for the fit, one run for the command. rma.mv's dense covariance grows with the cube of the
trials: it is measured while one fit takes under a minute. netmeta is not a package of Debian 12; its authors give no times, so that none
is quoted.
"""

from __future__ import annotations

import json
import os
import resource
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

# What a user of metafor would write for the same table: read, contrasts with their covariance, fit, print.
R_COMMAND = r"""
suppressMessages(library(metafor)); options(warn = -1)
d <- read.csv(commandArgs(TRUE)[1]); a <- d$events; b <- d$n - d$events; zero <- a == 0 | b == 0
bad <- unique(d$study[zero]); fix <- d$study %in% bad; a[fix] <- a[fix] + 0.5; b[fix] <- b[fix] + 0.5
y <- log(a / b); v <- 1 / a + 1 / b; rows <- split(seq_along(y), d$study)
t1 <- unlist(lapply(rows, function(i) d$treatment[i[-1]])); t2 <- unlist(lapply(rows, function(i) rep(d$treatment[i[1]], length(i) - 1)))
Y <- unlist(lapply(rows, function(i) y[i[-1]] - y[i[1]])); V <- bldiag(lapply(rows, function(i) diag(v[i[-1]], length(i) - 1) + v[i[1]]))
s <- rep(names(rows), lengths(rows) - 1); k <- unlist(lapply(rows, function(i) seq_len(length(i) - 1)))
basic <- sort(unique(c(t1, t2)))[-1]; X <- sapply(basic, function(t) (t1 == t) - (t2 == t))
print(rma.mv(Y, V, mods = X, intercept = FALSE, random = ~ k | s, struct = "CS", rho = 0.5, data = data.frame(s, k)))
"""

SIZES = (50, 100, 200, 400, 800, 2000)
MOST_SECONDS = 60.0


def arms(studies: int, treatments: int, seed: int = 5) -> dict[str, list[object]]:
    """Two- and three-arm trials with binary outcomes, one row an arm."""
    rng = np.random.default_rng(seed)
    out: dict[str, list[object]] = {"study": [], "treatment": [], "events": [], "n": []}
    for s in range(studies):
        chosen = rng.choice(treatments, size=int(rng.choice([2, 2, 2, 3])), replace=False)
        shift = rng.normal(0, 0.2)
        for a in sorted(chosen):
            n = int(rng.integers(40, 300))
            risk = 1 / (1 + np.exp(1 - 0.01 * a - shift + rng.normal(0, 0.15)))
            for name, value in (
                ("study", f"s{s:04d}"),
                ("treatment", f"t{a:02d}"),
                ("events", int(rng.binomial(n, risk))),
                ("n", n),
            ):
                out[name].append(value)
    return out


def simulated(studies: int, treatments: int, seed: int = 5) -> Network:
    """The same as a network."""
    d = arms(studies, treatments, seed)
    return from_arm_counts(d["study"], d["treatment"], d["events"], d["n"])  # type: ignore[arg-type]


def linde() -> Network:
    """The depression network, as frozen for the oracle tests."""
    frozen = Path(__file__).parent.parent / "tests" / "oracle" / "evidence" / "network.json"
    data = json.loads(frozen.read_text(encoding="utf-8"))["networks"]["linde2015"]["data"]
    return from_arm_counts(data["study"], data["treatment"], data["r"], data["n"])


def median_time(network: Network, repeats: int, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of one fit, the median of several."""
    times = []
    for _ in range(repeats):
        start = clock()
        fit_network(network, reference=network.treatments[0])
        times.append(clock() - start)
    return statistics.median(times)


def beside_metafor(name: str, network: Network, repeats: int) -> float:
    """One line: both times and how far the numbers are apart. Returns metafor's seconds."""
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
    ours = median_time(network, 20)
    result = fit_network(network, reference=network.treatments[0])
    apart = max(
        abs(result.theta[1:] - np.array(theirs["b"])).max(),
        abs(np.sqrt(np.diag(result.cov))[1:] - np.array(theirs["se"])).max(),
    )
    print(
        f"fit, {name}: {len(network.studies)} trials, {len(network.treatments)} treatments: "
        f"rma.mv {theirs['median']:.3f} s, ours {ours * 1e3:.1f} ms, {theirs['median'] / ours:,.0f} times; "
        f"tau2 {theirs['tau2']:.6f} and {result.tau2:.6f}; largest difference of an effect or its SE {apart:.1e}",
        flush=True,
    )
    return float(theirs["median"])


def processor_seconds(command: list[str]) -> float:
    """Of one run, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def whole_command(studies: int, r: bool) -> float | None:
    """One line: the command with ranks, splits, contributions and certainty, beside an R script that only fits and prints."""
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "table.csv", Path(folder) / "all.R"
        d = arms(studies, 20)
        rows = zip(*d.values(), strict=True)
        table.write_text("\n".join([",".join(d), *(",".join(map(str, r)) for r in rows)]), encoding="utf-8")
        script.write_text(R_COMMAND, encoding="utf-8")
        meta = [sys.executable, "-m", "lenitive", "meta", str(table)]
        plain = processor_seconds([*meta, "--format", "json"])
        text = processor_seconds([*meta, "--better", "lower", "--important", "1.2"])
        theirs = processor_seconds(["Rscript", str(script), str(table)]) if r else None
    said = "not measured" if theirs is None else f"{theirs:.1f} s"
    print(
        f"command: {studies} trials, 20 treatments: text with ranks, every split and certainty {text:.1f} s, JSON {plain:.1f} s; "
        f"R script that reads, fits and prints {said}",
        flush=True,
    )
    return theirs


def main() -> None:
    """Print one line a measurement."""
    fit, command = "--command" not in sys.argv, "--fit" not in sys.argv
    r = shutil.which("Rscript") is not None
    if not r:
        print("Rscript with metafor is not installed: nothing is compared with it")
    slow = not r
    if fit:
        if r:
            beside_metafor("depression (Linde 2015)", linde(), 5)
        for studies in SIZES:
            network = simulated(studies, 20)
            if slow:
                print(
                    f"fit, simulated: {studies} trials, 20 treatments: ours {median_time(network, 20) * 1e3:.1f} ms",
                    flush=True,
                )
                continue
            # The next size is twice as large: eight times the work of a dense covariance.
            slow = 8 * beside_metafor("simulated", network, 3 if studies <= 100 else 1) > MOST_SECONDS
    slow = not r
    if command:
        for studies in SIZES:
            theirs = whole_command(studies, not slow)
            slow = slow or theirs is None or 8 * theirs > MOST_SECONDS


if __name__ == "__main__":
    main()
