/* Log posterior of one parameter vector with its gradient, by the adjoint of the filter; lanes run over columns.
 *
 * With the coefficients' conditional mean m and covariance V, and Z = [V + m m', -m; -m', 1], the log marginal likelihood
 * changes with the innovations e (the scores last) and their variances S as
 *
 *     d lp = - sum [ (Z e) . de / S + (1/S - e'Z e / S^2) dS / 2 ].
 *
 * out_y and out_s, where given, receive the derivatives by each score and by a variance added to each score's noise:
 * they are what the refinement of censored scores needs.
 *
 * What follows is that, run backwards through the update, the prediction, the stationary start and the matrices.
 * Included once per instruction set, after _kernel_body.h.
 */

static inline __attribute__((always_inline)) double NAME(total)(V x)
{
    double half[LANES / 2];
    for (int l = 0; l < LANES / 2; l++) half[l] = x[l] + x[l + LANES / 2];
    double sum = half[0];
    for (int l = 1; l < LANES / 2; l++) sum += half[l];
    return sum;
}

static inline void NAME(mul)(const double a[3][3], const double b[3][3], double out[3][3])
{
    double r[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) r[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
    memcpy(out, r, sizeof r);
}

static inline void NAME(flip)(const double a[3][3], double out[3][3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) out[i][j] = a[j][i];
}

/* out += scale * a b */
static inline void NAME(mul_add)(double scale, const double a[3][3], const double b[3][3], double out[3][3])
{
    double r[3][3];
    NAME(mul)(a, b, r);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) out[i][j] += scale * r[i][j];
}

static inline __attribute__((always_inline)) int NAME(slope_of)(const Problem *m, const double *theta, double *value,
                                                                double *gradient, double *out_y, double *out_s,
                                                                const int nc)
{
    const int p = m->p, q = m->q, k = m->k, first = 3 * q, days = m->days;
    const size_t row = (size_t)nc * LANES;
    const size_t rows = (size_t)m->entries + 9 * (size_t)days + 3 + (size_t)(p + 1) * 2 + 3 + 4;
    const size_t extra = (size_t)m->entries * 8 + (size_t)days * 9 + (size_t)(days + 4) * 2 * k + (size_t)p * 3 + 64;
    char *raw = aligned_alloc(64, ((rows * row + extra) * sizeof(double) + 127) / 64 * 64);
    if (!raw) return -1;
    V *E = (V *)raw, *B = E + (size_t)m->entries * nc, *b = B + 3 * (size_t)days * nc;
    V *G = b + 3 * nc, *Z = G + (size_t)(p + 1) * nc, *bar = Z + (size_t)(p + 1) * nc, *qe = bar + 3 * nc;
    V *eb = qe + nc;
    V *H = eb + nc;                    /* per day and slot: what the mean's columns and the scores add */
    V *push = H + 3 * (size_t)days * nc; /* per day and slot: the filtered inputs at their columns */
    double *step = (double *)(push + 3 * (size_t)days * nc);                 /* per entry: S, K (3), P column (3), 1 / S */
    double *Pday = step + (size_t)m->entries * 8;       /* per day: P before the prediction */
    double *U = Pday + (size_t)days * 9;                /* per day: u before it */
    double *keep = U + (size_t)(days + 1) * 2 * k;      /* k x 2 */
    double *ubar = keep + 2 * k;                        /* k x 2 */
    double *kbar = ubar + 2 * k;                        /* k x 2 */
    double *d = kbar + 2 * k, *c = d + p, *mean = c + p; /* p each */

    double phi[3], W[3], R[3], onset[2] = {exp(theta[13]), exp(theta[14])};
    for (int o = 0; o < 3; o++) phi[o] = tanh(theta[o]), W[o] = exp(2 * theta[7 + o]), R[o] = exp(2 * theta[10 + o]);
    const double g10 = theta[3], g20 = theta[4], g21 = theta[5], a01 = theta[6];
    const double A[3][3] = {{phi[0], a01, 0}, {0, phi[1], 0}, {0, 0, phi[2]}};
    const double L[3][3] = {{1, 0, 0}, {g10, 1, 0}, {g20 + g21 * g10, g21, 1}};
    double T[3][3], Tt[3][3], LW[3][3], Lt[3][3], Q[3][3];
    NAME(mul)(L, A, T), NAME(flip)(T, Tt), NAME(flip)(L, Lt);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) LW[i][j] = L[i][j] * W[j];
    NAME(mul)(LW, Lt, Q);
    double power[DOUBLINGS + 1][3][3], cov[DOUBLINGS + 1][3][3], P[3][3], flipped[3][3], part[3][3];
    memcpy(power[0], T, sizeof T), memcpy(cov[0], Q, sizeof Q);
    for (int s = 0; s < DOUBLINGS; s++) {
        NAME(flip)(power[s], flipped), NAME(mul)(power[s], cov[s], part);
        memcpy(cov[s + 1], cov[s], sizeof Q), NAME(mul_add)(1, part, flipped, cov[s + 1]);
        NAME(mul)(power[s], power[s], power[s + 1]);
    }
    memcpy(P, cov[DOUBLINGS], sizeof P);

    memset(b, 0, 3 * row * sizeof(double)), memset(G, 0, (p + 1) * row * sizeof(double));
    double *bs = (double *)b;
    double *u = U + (size_t)days * 2 * k;
    for (int j = 0; j < k; j++)
        for (int s = 0; s < 2; s++) {
            const double tau = exp(m->log_tau[2 * j + s]) * (m->learned[j] != 0 ? onset[s] : 1.0);
            keep[2 * j + s] = exp(-1.0 / tau), u[2 * j + s] = m->before[2 * j + s];
        }
    for (int j = 0; j < k; j++)
        for (int o = 0; o < 3; o++) bs[o * row + first + 3 * j + o] = u[2 * j + (o > 0)];

    /* Single numbers are put in place a day's whole pass before vectors read them: a vector load right behind a
     * scalar store would wait for it. */
    memset(H, 0, 6 * (size_t)days * row * sizeof(double));
    double *hs = (double *)H, *ps = (double *)push;
    for (int t = 0; t < days; t++) {
        memcpy(U + (size_t)t * 2 * k, u, 2 * (size_t)k * sizeof(double));
        for (int o = 0; o < 3; o++, hs += row, ps += row) {
            for (int j = 0; j < q; j++) hs[3 * j + o] = m->base[(size_t)t * q + j];
            hs[p] = m->y[3 * t + o];
        }
        for (int j = 0; j < k; j++) {
            for (int s = 0; s < 2; s++) {
                const double h = m->drive[((size_t)t * k + j) * 2 + s];
                u[2 * j + s] = h + (u[2 * j + s] - h) * keep[2 * j + s];
            }
            double *at = ps - 3 * row + first + 3 * j;
            at[0] = u[2 * j], at[row + 1] = at[2 * row + 2] = u[2 * j + 1];
        }
    }

    double logs = 0.0, product = 1.0;
    int factors = 0;
    size_t entry = 0;
    for (int t = 0; t < days; t++) {
        memcpy(B + 3 * (size_t)t * nc, b, 3 * row * sizeof(double));
        memcpy(Pday + (size_t)t * 9, P, sizeof P);
        for (int x = 0; x < nc; x++) {
            /* T b + (I - T) u = u + T (b - u) */
            const V *in = push + 3 * (size_t)t * nc + x;
            const V s = b[x] - in[0], y = b[nc + x] - in[nc], f = b[2 * nc + x] - in[2 * nc];
            b[x] = in[0] + T[0][0] * s + T[0][1] * y;
            b[nc + x] = in[nc] + T[1][0] * s + T[1][1] * y;
            b[2 * nc + x] = in[2 * nc] + T[2][0] * s + T[2][1] * y + T[2][2] * f;
        }
        NAME(mul)(T, P, part), memcpy(P, Q, sizeof P), NAME(mul_add)(1, part, Tt, P);
        for (int o = 0; o < 3; o++) {
            if (isnan(m->y[3 * t + o])) continue;
            V *e = E + entry * nc;
            const V *h = H + (3 * (size_t)t + o) * nc;
            const double *es = (const double *)e;
            double *now = step + entry * 8;
            for (int x = 0; x < nc; x++) e[x] = b[o * nc + x] + h[x];
            const double S = P[o][o] + R[o] + m->extra[3 * t + o];
            now[0] = S;
            const double inverse = 1.0 / S;
            for (int i = 0; i < 3; i++) now[4 + i] = P[i][o], now[1 + i] = P[i][o] * inverse;
            now[7] = inverse;
            for (int x = 0; x < nc; x++) {
                b[x] -= now[1] * e[x];
                b[nc + x] -= now[2] * e[x];
                b[2 * nc + x] -= now[3] * e[x];
            }
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++) P[i][j] -= now[1 + i] * now[4 + j];
            product *= S;
            if (++factors == 16) logs += log(product), product = 1.0, factors = 0;
            for (int i = 0; i <= p; i++) {
                const double left = es[i] * inverse;
                V *g = G + (size_t)i * nc;
                for (int x = 0; x < nc; x++) g[x] += left * e[x];
            }
            entry++;
        }
    }

    logs += log(product);

    /* The ridge solve, in place: the lower triangle of G becomes that of L in L D L'; then Z. */
    double *g = (double *)G, quad = g[p * row + p], log_det = 0.0;
    for (int j = 0; j < p; j++) {
        const double prec = 1.0 / (m->prior_sd[j] * m->prior_sd[j]);
        c[j] = g[p * row + j] + prec * m->prior_mean[j];
        quad += prec * m->prior_mean[j] * m->prior_mean[j];
        log_det -= log(prec);
        d[j] = g[j * row + j] + prec;
    }
    for (int j = 0; j < p; j++) {
        for (int i = 0; i < j; i++) {
            const double x = g[j * row + i];
            d[j] -= x * x * d[i], c[j] -= x * c[i];
        }
        quad -= c[j] * c[j] / d[j], log_det += log(d[j]);
        for (int r = j + 1; r < p; r++) {
            double x = g[r * row + j];
            for (int i = 0; i < j; i++) x -= g[r * row + i] * d[i] * g[j * row + i];
            g[r * row + j] = x / d[j];
        }
    }
    for (int j = p - 1; j >= 0; j--) {
        mean[j] = c[j] / d[j];
        for (int i = j + 1; i < p; i++) mean[j] -= g[i * row + j] * mean[i];
    }
    /* V by columns: V = L^-T D^-1 L^-1, solved one unit vector at a time into the rows of Z. */
    memset(Z, 0, (p + 1) * row * sizeof(double));
    double *z = (double *)Z;
    for (int a = 0; a < p; a++) {
        double *x = z + a * row;
        x[a] = 1.0;
        for (int i = a + 1; i < p; i++)
            for (int j = a; j < i; j++) x[i] -= g[i * row + j] * x[j];
        for (int i = a; i < p; i++) x[i] /= d[i];
        for (int i = p - 1; i >= 0; i--)
            for (int j = i + 1; j < p; j++) x[i] -= g[j * row + i] * x[j];
    }
    for (int a = 0; a < p; a++) {
        for (int j = 0; j < p; j++) z[a * row + j] += mean[a] * mean[j];
        z[a * row + p] = z[p * row + a] = -mean[a];
    }
    z[p * row + p] = 1.0;

    double lp = -0.5 * (m->entries * LOG_2PI + logs + log_det + quad) + m->prior_const;
    int far = 0;
    for (int j = 0; j < THETA; j++) {
        const double x = (theta[j] - m->centre[j]) / m->scale[j];
        far |= !(fabs(x) <= FAR);
        lp -= 0.5 * x * x, gradient[j] = -x / m->scale[j];
    }
    if (far || !isfinite(lp)) {
        *value = -INFINITY;
        free(raw);
        return 0;
    }
    *value = lp;

    double Tb[3][3] = {{0}}, Qb[3][3] = {{0}}, Pb[3][3] = {{0}}, Rb[3] = {0};
    memset(bar, 0, 3 * row * sizeof(double)), memset(ubar, 0, 4 * (size_t)k * sizeof(double));
    double *bars = (double *)bar;
    V Tv[3][3] = {{{0}}};
    for (int t = days - 1; t >= 0; t--) {
        for (int o = 2; o >= 0; o--) {
            if (isnan(m->y[3 * t + o])) continue;
            entry--;
            const V *e = E + entry * nc;
            const double *es = (const double *)e, *now = step + entry * 8, *gain = now + 1, *col = now + 4;
            const double inverse = now[7];
            for (int x = 0; x < nc; x++) {
                V s0 = es[0] * Z[x], s1 = s0 * 0, s2 = s1, s3 = s1; /* four chains, for the adder's latency */
                int i = 1;
                for (; i + 3 <= p; i += 4) {
                    s0 += es[i] * Z[i * nc + x], s1 += es[i + 1] * Z[(i + 1) * nc + x];
                    s2 += es[i + 2] * Z[(i + 2) * nc + x], s3 += es[i + 3] * Z[(i + 3) * nc + x];
                }
                for (; i <= p; i++) s0 += es[i] * Z[i * nc + x];
                qe[x] = (s0 + s1) + (s2 + s3);
            }
            V form = qe[0] * e[0], k0 = bar[0] * e[0], k1 = bar[nc] * e[0], k2 = bar[2 * nc] * e[0];
            for (int x = 1; x < nc; x++) {
                form += qe[x] * e[x];
                k0 += bar[x] * e[x], k1 += bar[nc + x] * e[x], k2 += bar[2 * nc + x] * e[x];
            }
            const double kb[3] = {-NAME(total)(k0), -NAME(total)(k1), -NAME(total)(k2)};
            double sb = -0.5 * inverse * (1.0 - NAME(total)(form) * inverse);
            for (int x = 0; x < nc; x++)
                eb[x] = -inverse * qe[x] - gain[0] * bar[x] - gain[1] * bar[nc + x] - gain[2] * bar[2 * nc + x];
            for (int x = 0; x < nc; x++) bar[o * nc + x] += eb[x];
            double colb[3];
            for (int i = 0; i < 3; i++) {
                const double pg = Pb[i][0] * col[0] + Pb[i][1] * col[1] + Pb[i][2] * col[2];
                colb[i] = inverse * (kb[i] - 2.0 * pg);
                sb += inverse * (pg * gain[i] - kb[i] * gain[i]);
            }
            for (int i = 0; i < 3; i++) Pb[i][o] += 0.5 * colb[i], Pb[o][i] += 0.5 * colb[i];
            Pb[o][o] += sb, Rb[o] += sb;
            if (out_y) out_y[3 * t + o] = ((const double *)eb)[p], out_s[3 * t + o] = sb;
        }
        const V *old = B + 3 * (size_t)t * nc;
        const double *u_old = U + (size_t)t * 2 * k;
        const V *in = push + 3 * (size_t)t * nc;
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                for (int x = 0; x < nc; x++) Tv[i][j] += bar[i * nc + x] * (old[j * nc + x] - in[j * nc + x]);
        for (int j = 0; j < k; j++)
            for (int o = 0; o < 3; o++) {
                const int s = o > 0;
                for (int i = 0; i < 3; i++) {
                    const double x = bars[i * row + first + 3 * j + o];
                    ubar[2 * j + s] += ((i == o) - T[i][o]) * x;
                }
            }
        for (int j = 0; j < k; j++)
            for (int s = 0; s < 2; s++) {
                kbar[2 * j + s] += ubar[2 * j + s] * (u_old[2 * j + s] - m->drive[((size_t)t * k + j) * 2 + s]);
                ubar[2 * j + s] *= keep[2 * j + s];
            }
        for (int x = 0; x < nc; x++) {
            const V s = bar[x], y = bar[nc + x], f = bar[2 * nc + x];
            bar[x] = T[0][0] * s + T[1][0] * y + T[2][0] * f;
            bar[nc + x] = T[0][1] * s + T[1][1] * y + T[2][1] * f;
            bar[2 * nc + x] = T[2][2] * f;
        }
        double before[3][3];
        memcpy(before, Pday + (size_t)t * 9, sizeof before);
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++) Qb[i][j] += Pb[i][j];
        NAME(mul)(Pb, T, part), NAME(mul_add)(2, part, before, Tb), NAME(mul)(Tt, part, Pb);
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) Tb[i][j] += NAME(total)(Tv[i][j]);
    double Mb[3][3] = {{0}}, next[3][3];
    for (int s = DOUBLINGS - 1; s >= 0; s--) {
        NAME(flip)(power[s], flipped);
        NAME(mul)(Mb, flipped, next), NAME(mul_add)(1, flipped, Mb, next);
        NAME(mul)(Pb, power[s], part), NAME(mul_add)(2, part, cov[s], next);
        memcpy(Mb, next, sizeof next), NAME(mul_add)(1, flipped, part, Pb);
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) Qb[i][j] += Pb[i][j], Tb[i][j] += Mb[i][j];

    double Lb[3][3] = {{0}}, At[3][3], Ab[3][3], Wb[3][3];
    NAME(flip)(A, At);
    NAME(mul_add)(1, Tb, At, Lb), NAME(mul_add)(2, Qb, LW, Lb);
    NAME(mul)(Lt, Tb, Ab), NAME(mul)(Lt, Qb, part), NAME(mul)(part, L, Wb);
    for (int o = 0; o < 3; o++) {
        gradient[o] += Ab[o][o] * (1.0 - phi[o] * phi[o]);
        gradient[7 + o] += 2.0 * W[o] * Wb[o][o];
        gradient[10 + o] += 2.0 * R[o] * Rb[o];
    }
    gradient[3] += Lb[1][0] + Lb[2][0] * g21;
    gradient[4] += Lb[2][0];
    gradient[5] += Lb[2][1] + Lb[2][0] * g10;
    gradient[6] += Ab[0][1];
    for (int j = 0; j < k; j++)
        for (int s = 0; s < 2; s++)
            if (m->learned[j] != 0) {
                const double tau = exp(m->log_tau[2 * j + s]) * onset[s];
                gradient[13 + s] += kbar[2 * j + s] * keep[2 * j + s] / tau;
            }
    free(raw);
    return 0;
}

static int NAME(slope)(const Problem *m, const double *theta, double *value, double *gradient, double *out_y,
                       double *out_s)
{
    const int nc = (m->p + LANES) / LANES; /* vectors in a row of p + 1: known to the compiler in the usual cases */
    switch (nc) {
    case 16 / LANES: return NAME(slope_of)(m, theta, value, gradient, out_y, out_s, 16 / LANES);
    case 24 / LANES: return NAME(slope_of)(m, theta, value, gradient, out_y, out_s, 24 / LANES);
    default: return NAME(slope_of)(m, theta, value, gradient, out_y, out_s, nc);
    }
}
