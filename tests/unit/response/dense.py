"""The response model written out as one multivariate normal: slow, and nothing like the filter it checks.

Every score of the diary is a sum of coefficient columns, latent deviations and noise. The latent process is built by
unrolling the structural equations day by day, in the order of the day (night, day, evening), not from T or L.
"""

import math

import numpy as np


def columns(design, theta):
    """[3 * day, p] every coefficient's response, by running the structural equations on its own."""
    days, q = design.base.shape
    k = design.drive.shape[1]
    phi = [math.tanh(x) for x in theta[:3]]
    gps, gfs, gfp, asp = theta[3:7]
    out = np.zeros((days, 3, 3 * (q + k)))
    for j in range(q):
        for o in range(3):
            out[:, o, 3 * j + o] = design.base[:, j]
    for j in range(k):
        for o in range(3):
            slow = design.stretch[j, min(o, 1)] * theta[13 if o == 0 else 14]
            tau = math.exp(design.log_tau[j, min(o, 1)] + slow)
            u = design.before[j, min(o, 1)]
            last = np.zeros(3)
            last[o] = u
            for t in range(days):
                h = design.drive[t, j, min(o, 1)]
                u = h + (u - h) * math.exp(-1 / tau)
                e = np.zeros(3)
                e[o] = u
                # direct push (I - G - A) e, slot by slot
                push_s = e[0] - phi[0] * e[0] - asp * e[1]
                push_p = e[1] - gps * e[0] - phi[1] * e[1]
                push_f = e[2] - gfs * e[0] - gfp * e[1] - phi[2] * e[2]
                s = phi[0] * last[0] + asp * last[1] + push_s
                p = phi[1] * last[1] + gps * s + push_p
                f = phi[2] * last[2] + gfs * s + gfp * p + push_f
                last = np.array([s, p, f])
                out[t, :, 3 * (q + j) + o] = last
    return out.reshape(days * 3, -1)


def latent_covariance(design, theta, warm=600):
    """[3 * day, 3 * day] covariance of the latent deviations, by propagating every shock."""
    days = design.base.shape[0]
    phi = [math.tanh(x) for x in theta[:3]]
    gps, gfs, gfp, asp = theta[3:7]
    w = [math.exp(x) for x in theta[7:10]]

    def step(last, shock):
        s = phi[0] * last[0] + asp * last[1] + shock[0]
        p = phi[1] * last[1] + gps * s + shock[1]
        f = phi[2] * last[2] + gfs * s + gfp * p + shock[2]
        return np.array([s, p, f])

    # response of day t + lag to a unit shock in slot o on day t
    impulse = np.zeros((warm + days, 3, 3))
    for o in range(3):
        state = step(np.zeros(3), np.eye(3)[o] * w[o])
        for lag in range(warm + days):
            impulse[lag, :, o] = state
            state = step(state, np.zeros(3))
    start = sum(i @ i.T for i in impulse[:warm])
    cov = np.zeros((days, 3, days, 3))
    shift = np.eye(3)
    unit = [step(np.eye(3)[o], np.zeros(3)) for o in range(3)]
    advance = np.stack(unit, axis=1)
    for lag in range(days):
        block = shift @ start
        for t in range(days - lag):
            cov[t + lag, :, t, :] = block
            cov[t, :, t + lag, :] = block.T
        shift = advance @ shift
    return cov.reshape(3 * days, 3 * days)


def covariance(design, theta, part=0):
    """Covariance of all that was seen, its columns, and its distance from the prior mean: the scores, then devices' nights.

    A device shows the night's sleep state on its own scale: every term of the sleep slot's score but its noise and the bases that it
    does not share, times the scale, and a level of its own.
    """
    days, devices = design.base.shape[0], design.nightly.shape[1]
    y = np.concatenate([design.y.reshape(-1), design.nightly.T.reshape(-1)])
    seen = np.isfinite(y)
    X = columns(design, theta)
    X = np.hstack([X, np.zeros((3 * days, devices))])
    noise = [(np.tile(np.exp(2 * theta[10:13]), days) + design.extra.reshape(-1))]
    pick = [np.eye(3 * days)]
    for a in range(devices):
        scale, spread = math.exp(theta[15 + 2 * a]), math.exp(theta[16 + 2 * a])
        rows = X[0 : 3 * days : 3].copy()
        for j, share in enumerate(design.shared):
            rows[:, 3 * j] *= share
        rows *= scale
        rows[:, -devices + a] = 1.0
        X = np.vstack([X, rows])
        noise.append(np.full(days, spread**2))
        pick.append(scale * np.eye(3 * days)[0 : 3 * days : 3])
    pick = np.vstack(pick)
    C = (pick @ latent_covariance(design, theta) @ pick.T + np.diag(np.concatenate(noise)))[
        np.ix_(seen, seen)
    ]
    X = X[seen]
    return C + X @ design.prior.cov[part] @ X.T, X, y[seen] - X @ design.prior_mean


def log_marginal(design, theta):
    """log p(y | theta), the coefficients integrated out, as one dense normal density."""
    return np.logaddexp.reduce(log_parts(design, theta))


def log_parts(design, theta):
    """The same with each component of the coefficients' prior, its weight included."""
    found = []
    for part, weight in enumerate(design.prior.weight):
        C, _, r = covariance(design, theta, part)
        sign, logdet = np.linalg.slogdet(C)
        assert sign > 0
        quad = r @ np.linalg.solve(C, r)
        found.append(math.log(weight) - 0.5 * (r.size * math.log(2 * math.pi) + logdet + quad))
    return np.array(found)
