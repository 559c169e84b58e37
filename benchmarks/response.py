# ruff: noqa: E402 - the thread count must be set before NumPy loads
"""Speed of the response engine, as ratios from one run: ``python benchmarks/response.py``.

T = 180 days, three outcomes, one drug (15 coefficients), simulated patients of the NUTS comparison. One BLAS thread. Times are the
best of several runs in processor time of one thread, so that a busy machine shows what an idle one would; rates of many
records and fresh processes are wall time and need an idle machine. NUTS is read from its frozen run; it was on a
machine of the same kind and counts processor time without compilation.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "oracle" / "response"))

from dataclasses import replace

from patients import patient

from lenitive.knowledge import load
from lenitive.response import OUTCOMES, Settings, climb, fit, fit_many, fit_settings
from lenitive.response import inference as inf
from lenitive.response.backend import Recorder, likelihood
from lenitive.response.design import DesignMatrix, build
from lenitive.response.kernel import Kernel, available
from lenitive.response.likelihood import NumpyLikelihood
from lenitive.response.posterior import spread_out

SETTINGS = fit_settings(load().judgement)
PRIOR_MEAN = np.array([p.mean for p in SETTINGS.priors.parameters])
PRIOR_SD = np.array([p.sd for p in SETTINGS.priors.parameters])


def best(action: Callable[[], object], times: int = 9) -> float:
    """Shortest of several runs, s of this thread's processor time."""
    found = []
    for _ in range(times):
        begun = time.thread_time()
        action()
        found.append(time.thread_time() - begun)
    return min(found)


def peak() -> float:
    """GFLOP/s of a float64 matrix product on one thread."""
    a = np.random.default_rng(0).random((768, 768))
    return 2 * 768**3 / best(lambda: a @ a) / 1e9


def flops(d: DesignMatrix) -> float:
    """Multiplications and additions of one likelihood: prediction, updates and Gram matrix."""
    side = d.columns + 1
    return 2.0 * (d.y.shape[0] * 7 * side + d.entries * (4 * side + side * (side + 1) / 2))


def inference(d: DesignMatrix, settings: Settings) -> inf.Weighted:
    """Mode, Laplace, draws, weights, and the coefficients' moments: the posterior of every effect."""
    how = likelihood(d, settings)
    recorder = Recorder(how, 2 * settings.draws)
    target = climb.Target(how.lp, how.slope, d.theta_mean, d.theta_sd, recorder.lp, how.climb)
    return spread_out(inf.sample(target, d.entries, settings.draws, 1), recorder.parts())[0]


def posterior_only(d: DesignMatrix) -> float:
    """The effective draws of a posterior: what a worker process sends back."""
    return inference(d, SETTINGS).ess


def cpu() -> float:
    """Processor seconds of this process and of those it started and saw end."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def fresh(record: Path) -> tuple[float, float]:
    """Wall seconds from starting a process to its whole document, and its peak memory in MB.

    The peak is asked of a process of its own: here, earlier children would count too.
    """
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        command = [sys.executable, "-m", "lenitive", "review", str(record), "--seed", "1", "--format", "json"]
        done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
        times.append(time.perf_counter() - begun)
        json.loads(done.stdout)
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    asked = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, cwd=ROOT)
    return min(times), int(asked.stdout.split()[-1]) / 1024


def main() -> None:
    compiled, plain = SETTINGS, replace(SETTINGS, use_kernel=False)
    people = [patient(i) for i in range(40)]
    designs = [build(r, at, (), OUTCOMES, compiled) for r, at in people]
    # Patients whose scores sit at a bound take some turns more; the rest are the benchmark's case.
    usual = [i for i, d in enumerate(designs) if d is not None and not d.censored][:20]
    d = designs[usual[0]]
    assert d is not None
    theta = PRIOR_MEAN + 0.3 * PRIOR_SD * np.random.default_rng(0).standard_normal((320, 15))
    top = peak()
    print(f"matrix product, one thread        {top:8.1f} GFLOP/s")
    slow = best(lambda: NumpyLikelihood(d).lp(theta[:64]), 3) / 64
    if available():
        kernel = Kernel(d)
        quick = best(lambda: kernel.lp(theta)) / 320
        slope = best(lambda: kernel.slope(PRIOR_MEAN), 30)
        rate = flops(d) / quick / 1e9
        print(
            f"one likelihood                    {quick * 1e6:8.2f} us   {rate / top:5.0%} of the product's rate"
        )
        print(
            f"  NumPy definition, 64 at a time  {slow * 1e6:8.1f} us   {slow / quick:5.0f} times the kernel"
        )
        print(f"one gradient                      {slope * 1e6:8.1f} us   {slope / quick:5.1f} likelihoods")
    each = [best(lambda i=i: inference(designs[i], compiled), 5) for i in usual]
    whole = [
        best(lambda i=i: fit(*people[i][:1], at=people[i][1], seed=1, settings=SETTINGS), 5) for i in usual
    ]
    print(
        f"posterior of a patient            {np.median(each) * 1e3:8.2f} ms   (one core; slowest of 20 {max(each) * 1e3:.2f})"
    )
    print(f"fit(): record to every estimand   {np.median(whole) * 1e3:8.2f} ms   (one core)")
    numpy_time = best(lambda: inference(d, plain), 2)
    print(
        f"  posterior on NumPy alone        {numpy_time * 1e3:8.0f} ms   {numpy_time / np.median(each):5.0f} times the kernel"
    )
    print("fit_many                           wall; processes are started within it")
    # Enough records that starting the processes is a small part of the time.
    for label, times, how in (
        ("1 process", 40, {}),
        ("2 threads", 40, {"threads": 2}),
        ("2 processes", 40, {"workers": 2}),
        ("2 processes", 250, {"workers": 2}),
    ):
        many = [people[i] for i in usual] * times
        before, begun = cpu(), time.perf_counter()
        fit_many([r for r, _ in many], at=[at for _, at in many], seed=1, **how, settings=SETTINGS)
        wall, used = time.perf_counter() - begun, cpu() - before
        print(
            f"  {label:12} {len(many):5} records    {len(many) / wall:8.0f} patients/s   ({used / len(many) * 1e3:.1f} ms of processor time each)"
        )
    chosen = [designs[i] for i in usual] * 100
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(posterior_only, chosen[:16], chunksize=8))
        begun = time.perf_counter()
        list(pool.map(posterior_only, chosen, chunksize=8))
        print(
            f"posteriors, 2 processes running   {len(chosen) / (time.perf_counter() - begun):8.0f} patients/s (wall)"
        )
    frozen = ROOT / "tests" / "oracle" / "response" / "nuts.json"
    if frozen.exists():
        nuts = json.loads(frozen.read_text())
        seconds = nuts["jax_cpu_seconds_per_patient"]
        ess = [inference(designs[i], compiled).ess for i in usual]
        ours = np.sum(ess) / np.sum(each)
        print(
            f"NumPyro NUTS, same marginal       {seconds:8.1f} s    {seconds / np.median(each):5.0f} times the posterior above"
        )
        print(
            f"  effective draws a second        {nuts['jax_ess_per_cpu_second']:8.1f}      ours {ours:.0f}: {ours / nuts['jax_ess_per_cpu_second']:.0f} times"
        )
    seconds, memory = fresh(ROOT / "examples" / "clear-responder")
    print(f"fresh process to review JSON      {seconds:8.2f} s    peak {memory:.0f} MB (wall)")


if __name__ == "__main__":
    main()
