"""NumPyro NUTS on the response model's own posterior: the oracle that the engine's inference is compared with.

nuts.json was made when effects had one spread before the diary, and is compared with such a fit; nuts_spreads.json has several.

    python -m venv oracle && oracle/bin/pip install "jax[cpu]==0.10.*" numpyro
    oracle/bin/pip install --no-deps -e .
    oracle/bin/python tests/oracle/response/nuts.py 12 1 tests/oracle/response/nuts_spreads.json

The sampler is NumPyro's. The marginal likelihood, coefficients integrated out, is written again here in JAX; on the last
few patients NUTS runs on that, and is timed. At this speed thirty patients would take
more than an hour, so for all of them the same density and its gradient come from the compiled kernel, after a check here that
the two texts agree in value to 1e-8 and in gradient to 1e-7. Not run by the tests: they read nuts.json.
"""

# ruff: noqa: E402 - JAX reads its 64-bit switch before anything else imports it
from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
import numpyro
from numpyro.infer.hmc import hmc

sys.path.insert(0, str(Path(__file__).parent))
from dataclasses import replace

from patients import patient

from lenitive.knowledge import load
from lenitive.response import OUTCOMES, fit_settings
from lenitive.response.design import build
from lenitive.response.kernel import Kernel
from lenitive.response.settings import Observation

SETTINGS = fit_settings(load().judgement)
PRIOR_MEAN = np.array([p.mean for p in SETTINGS.priors.parameters])
PRIOR_SD = np.array([p.sd for p in SETTINGS.priors.parameters])

CHAINS, WARMUP, KEEP = 2, 300, 1000


def log_density(z, data):
    """Log posterior in z = (theta - prior mean) / prior SD."""
    theta = PRIOR_MEAN + PRIOR_SD * z
    y, seen, base, drive, log_tau, precision, shift, const = data
    q, k = base.shape[1], drive.shape[1]
    p = 3 * (q + k)
    phi = jnp.tanh(theta[:3])
    G = jnp.zeros((3, 3)).at[1, 0].set(theta[3]).at[2, 0].set(theta[4]).at[2, 1].set(theta[5])
    A = jnp.diag(phi).at[0, 1].set(theta[6])
    L = jnp.linalg.inv(jnp.eye(3) - G)
    T = L @ A
    Q = L @ jnp.diag(jnp.exp(2 * theta[7:10])) @ L.T
    R = jnp.exp(2 * theta[10:13])
    P0, M = Q, T
    for _ in range(8):
        P0 = P0 + M @ P0 @ M.T
        M = M @ M
    keep = jnp.exp(-1 / (jnp.exp(log_tau) * jnp.exp(theta[13:15])[None]))
    entry = jnp.eye(3) - T
    slots = jnp.array([0, 1, 1])

    def day(state, now):
        b, P, u, gram, logs = state
        y_t, seen_t, base_t, drive_t = now
        u = drive_t + (u - drive_t) * keep
        push = entry[:, None, :] * u[:, slots][None]  # 3, k, 3
        b = T @ b
        b = b.at[:, 3 * q : p].add(push.reshape(3, 3 * k))
        P = T @ P @ T.T + Q
        for o in range(3):
            h = jnp.zeros((q, 3)).at[:, o].set(base_t).reshape(-1)
            e = b[o] + jnp.concatenate([h, jnp.zeros(3 * k), y_t[o][None]])
            s = P[o, o] + R[o]
            gain = jnp.where(seen_t[o], P[:, o] / s, 0.0)
            b = b - gain[:, None] * e[None]
            P = P - gain[:, None] * P[o][None]
            x = jnp.where(seen_t[o], e / jnp.sqrt(s), 0.0)
            gram = gram + x[:, None] * x[None]
            logs = logs + jnp.where(seen_t[o], jnp.log(s), 0.0)
        return (b, P, u, gram, logs), None

    start = (jnp.zeros((3, p + 1)), P0, jnp.zeros((k, 2)), jnp.zeros((p + 1, p + 1)), 0.0)
    (_, _, _, gram, logs), _ = jax.lax.scan(day, start, (y, seen, base, drive))

    def part(precision, shift, const):
        chol = jnp.linalg.cholesky(gram[:p, :p] + precision)
        half = jax.scipy.linalg.solve_triangular(chol, gram[:p, p] + shift, lower=True)
        return const - jnp.sum(jnp.log(jnp.diagonal(chol))) - 0.5 * (gram[p, p] - half @ half)

    return jax.scipy.special.logsumexp(jax.vmap(part)(precision, shift, const)) - 0.5 * logs - 0.5 * z @ z


def kernel_density(kernels):
    """The same density from the compiled kernel: [15], patient -> value, with its gradient."""

    def both(z, patient):
        value, gradient = kernels[int(patient)].slope(PRIOR_MEAN + PRIOR_SD * np.asarray(z))
        return np.float64(value), PRIOR_SD * gradient

    shapes = (jax.ShapeDtypeStruct((), jnp.float64), jax.ShapeDtypeStruct((15,), jnp.float64))

    @jax.custom_vjp
    def density(z, patient):
        return jax.pure_callback(both, shapes, z, patient)[0]

    def forward(z, patient):
        return jax.pure_callback(both, shapes, z, patient)

    density.defvjp(forward, lambda gradient, g: (g * gradient, None))
    return density


def sampler(density, args):
    """A function of a key and the density's arguments: draws, steps, divergences."""
    init_kernel, sample_kernel = hmc(potential_fn_gen=lambda *a: lambda z: -density(z, *a), algo="NUTS")
    init_kernel(jnp.zeros(15), WARMUP, target_accept_prob=0.8, max_tree_depth=8, model_args=args, rng_key=KEY)

    @jax.jit
    def run(key, *a):
        state = init_kernel(
            jnp.zeros(15), WARMUP, target_accept_prob=0.8, max_tree_depth=8, model_args=a, rng_key=key
        )

        def one(state, _):
            new = sample_kernel(state, model_args=a)
            return new, (new.z, new.num_steps, new.diverging)

        _, (z, steps, diverging) = jax.lax.scan(one, state, None, length=WARMUP + KEEP)
        return z[WARMUP:], steps.sum(), diverging[WARMUP:].sum()

    return run


KEY = jax.random.PRNGKey(1)


def main(count: int, timed: int, out: Path) -> None:
    settings = replace(SETTINGS, observation=Observation.NORMAL)
    designs = []
    for number in range(count):
        record, at = patient(number)
        designs.append(build(record, at, (), OUTCOMES, settings))
    assert all(not d.before.any() and (d.stretch == 1).all() for d in designs)
    data = [
        tuple(
            jnp.array(x)
            for x in (
                np.nan_to_num(d.y),
                np.isfinite(d.y),
                d.base,
                d.drive,
                d.log_tau,
                *d.prior.ridge(),
            )
        )
        for d in designs
    ]
    kernels = [Kernel(d) for d in designs]
    rng = np.random.default_rng(0)
    jax_slope = jax.jit(jax.value_and_grad(log_density))
    for i in range(min(count, 5)):
        z = 0.5 * rng.standard_normal((3, 15))
        ours = [kernels[i].slope(PRIOR_MEAN + PRIOR_SD * x) for x in z]
        here = [jax_slope(x, data[i]) for x in z]
        assert np.ptp([o[0] - float(h[0]) for o, h in zip(ours, here, strict=True)]) < 1e-8
        for o, h in zip(ours, here, strict=True):
            np.testing.assert_allclose(PRIOR_SD * o[1], h[1], rtol=1e-7, atol=1e-7)

    keys = jax.random.split(KEY, 50 * CHAINS).reshape(50, CHAINS, -1)
    run = sampler(kernel_density(kernels), (0,))
    # Draws so far are kept beside the result, so that a run that was cut off goes on where it was.
    saved = out.with_suffix(".npz")
    kept, diverging, gradients = [], 0, 0
    if saved.exists():
        before = np.load(saved)
        kept = list(before["kept"][: count * CHAINS])
        diverging, gradients = int(before["diverging"]), int(before["gradients"])
    begin = time.perf_counter()
    for i in range(len(kept) // CHAINS, count):
        for chain in range(CHAINS):
            z, steps, bad = run(keys[i, chain], i)
            kept.append(np.array(z))
            gradients, diverging = gradients + int(steps), diverging + int(bad)
        np.savez(saved, kept=np.stack(kept), diverging=diverging, gradients=gradients)
        print(i, round(time.perf_counter() - begin, 1), gradients, diverging, flush=True)
    draws = np.stack(kept).reshape(count, CHAINS, KEEP, 15).transpose(2, 0, 1, 3)
    results = []
    for i, design in enumerate(designs):
        x = draws[:, i]  # keep, chain, 15
        flat = PRIOR_MEAN + PRIOR_SD * x.transpose(1, 0, 2).reshape(-1, 15)
        m = kernels[i].parts(flat)
        effect = slice(design.columns - 3, design.columns)
        each = m.mean[:, :, effect]
        cm = np.einsum("nc,nce->ne", m.share, each)
        within = np.diagonal(m.cov, axis1=2, axis2=3)[:, :, effect] + (each - cm[:, None]) ** 2
        var = np.einsum("nc,nce->ne", m.share, within)
        mean = cm.mean(axis=0)
        sd = np.sqrt((var + (cm - mean) ** 2).mean(axis=0))
        quantity = np.concatenate([x, cm.reshape(CHAINS, KEEP, 3).transpose(1, 0, 2)], axis=2)
        rhat, ess = convergence(quantity)
        results.append(
            {
                "patient": i,
                "effect_mean": mean.tolist(),
                "effect_sd": sd.tolist(),
                "mc_error_of_mean": (cm.std(axis=0) / np.sqrt(ess[15:])).tolist(),
                "theta_mean": (PRIOR_MEAN + PRIOR_SD * x.mean(axis=(0, 1))).tolist(),
                "theta_sd": (PRIOR_SD * x.std(axis=(0, 1))).tolist(),
                "rhat_max": float(rhat.max()),
                "ess_min": float(ess.min()),
            }
        )
    document = {
        "what": "NumPyro NUTS on the response model's marginal posterior; simulated patients of patients.py",
        "versions": {"jax": jax.__version__, "numpyro": numpyro.__version__, "numpy": np.__version__},
        "chains": CHAINS,
        "warmup": WARMUP,
        "kept": KEEP,
        "divergences": diverging,
        "gradients": gradients,
        "patients": results,
    }
    if timed:
        document |= _timed(keys, data, count, timed)
    out.write_text(json.dumps(document, indent=1) + "\n")
    print("worst rhat", max(r["rhat_max"] for r in results))


def _timed(keys, data, count: int, timed: int) -> dict[str, float]:
    """The same sampler on the JAX text, for its time: CPU seconds, the compilation (first run) left out."""
    pure = sampler(log_density_of, data[0])
    jax.block_until_ready(pure(KEY, *data[0]))
    seconds, ess = [], []
    for i in range(count - timed, count):
        begin = time.process_time()
        z = np.stack([np.array(pure(keys[i, chain], *data[i])[0]) for chain in range(CHAINS)], axis=1)
        seconds.append(time.process_time() - begin)
        ess.append(float(convergence(z)[1].min()))
        print("jax", i, seconds[-1], ess[-1], flush=True)
    return {
        "jax_patients_timed": timed,
        "jax_cpu_seconds_per_patient": float(np.mean(seconds)),
        "jax_ess_per_cpu_second": float(np.sum(ess) / np.sum(seconds)),
    }


def log_density_of(z, *data):
    """As ``log_density``, its data one by one."""
    return log_density(z, data)


def convergence(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split R-hat and effective sample size (Geyer's initial positive sequence) of [keep, chain, quantity]."""
    half = x.shape[0] // 2
    s = np.concatenate([x[:half], x[half : 2 * half]], axis=1)
    n, m = s.shape[:2]
    within = s.var(axis=0, ddof=1).mean(axis=0)
    between = n * s.mean(axis=0).var(axis=0, ddof=1)
    total = (n - 1) / n * within + between / n
    centred = s - s.mean(axis=0)
    ess = np.empty(x.shape[2])
    for q in range(x.shape[2]):
        acov = np.mean(
            [np.correlate(centred[:, c, q], centred[:, c, q], "full")[n - 1 :] / n for c in range(m)], axis=0
        )
        rho = 1 - (within[q] - acov * n / (n - 1)) / total[q]
        rho[0] = 1
        t, tail = 1, 0.0
        while t + 1 < n and rho[t] + rho[t + 1] > 0:
            tail += rho[t] + rho[t + 1]
            t += 2
        ess[q] = m * n / max(1 + 2 * tail, 1 / np.log10(m * n))
    return np.sqrt(total / within), ess


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
