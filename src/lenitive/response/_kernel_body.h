/* Lanes of eight parameter vectors through the filter, the Gram matrix and the ridge solve.
 *
 * Included once per instruction set by _kernel.c, which defines NAME(x), a function name with a suffix, and BLOCK, the
 * side of the register block of the Gram update. The text is that of likelihood.py; what differs is the order of
 * the work: e e' / S of six scores is added at a time, so that a block of the Gram matrix stays in registers.
 */

#define HOLD 6
#define LOG_EVERY 16

typedef struct {
    v8 *b;       /* 3 x wide: minus the filter's state, per column */
    v8 *e, *es;  /* HOLD x wide: innovations, and innovations over S */
    v8 *gram;    /* lower triangle of blocks, BLOCK * BLOCK each */
    v8 *u;       /* k x 2 filtered inputs */
    v8 *keep;    /* k x 2 */
    v8 *low;     /* p x p: unit lower triangle, for the solve */
    v8 *inv;     /* p x p */
    v8 *vec;     /* 4 x p */
} NAME(Work);

static size_t NAME(work_size)(const Problem *m)
{
    size_t wide = (size_t)m->wide, p = (size_t)m->p, k = (size_t)m->k, nb = wide / BLOCK;
    return 3 * wide + 2 * HOLD * wide + nb * (nb + 1) / 2 * BLOCK * BLOCK + 4 * k + 2 * p * p + 4 * p + 16;
}

static void NAME(work_place)(const Problem *m, v8 *at, NAME(Work) *w)
{
    size_t wide = (size_t)m->wide, p = (size_t)m->p, k = (size_t)m->k, nb = wide / BLOCK;
    w->b = at, at += 3 * wide;
    w->e = at, at += HOLD * wide;
    w->es = at, at += HOLD * wide;
    w->gram = at, at += nb * (nb + 1) / 2 * BLOCK * BLOCK;
    w->u = at, at += 2 * k;
    w->keep = at, at += 2 * k;
    w->low = at, at += p * p;
    w->inv = at, at += p * p;
    w->vec = at;
}

static void NAME(flush)(const Problem *m, NAME(Work) *w, int rows)
{
    int wide = m->wide, nb = wide / BLOCK;
    v8 *g = w->gram;
    for (int bi = 0; bi < nb; bi++)
        for (int bj = 0; bj <= bi; bj++, g += BLOCK * BLOCK) {
            v8 acc[BLOCK * BLOCK];
            for (int x = 0; x < BLOCK * BLOCK; x++) acc[x] = g[x];
            for (int r = 0; r < rows; r++) {
                const v8 *left = w->e + r * wide + bi * BLOCK, *right = w->es + r * wide + bj * BLOCK;
                for (int i = 0; i < BLOCK; i++)
                    for (int j = 0; j < BLOCK; j++) acc[i * BLOCK + j] += left[i] * right[j];
            }
            for (int x = 0; x < BLOCK * BLOCK; x++) g[x] = acc[x];
        }
}

static inline __attribute__((always_inline)) v8 NAME(at)(const NAME(Work) *w, int i, int j)
{
    if (j > i) { int s = i; i = j; j = s; }
    int bi = i / BLOCK, bj = j / BLOCK;
    return w->gram[(bi * (bi + 1) / 2 + bj) * BLOCK * BLOCK + (i % BLOCK) * BLOCK + j % BLOCK];
}

/* Whitened cross products of the lanes into w->gram; returns sum of log S through *log_s. */
static void NAME(filter)(const Problem *m, const double *theta, NAME(Work) *w, v8 *log_s)
{
    const int wide = m->wide, p = m->p, q = m->q, k = m->k, first = 3 * m->q;
    v8 phi[3], g10, g20, g21, a01, W[3], R[3], onset[2];
    for (int l = 0; l < LANES; l++) {
        const double *x = theta + l * THETA;
        for (int o = 0; o < 3; o++) {
            phi[o][l] = tanh(x[o]);
            W[o][l] = exp(2 * x[7 + o]);
            R[o][l] = exp(2 * x[10 + o]);
        }
        g10[l] = x[3], g20[l] = x[4], g21[l] = x[5], a01[l] = x[6];
        onset[0][l] = exp(x[13]), onset[1][l] = exp(x[14]);
    }
    const v8 l20 = g20 + g21 * g10;
    const v8 t00 = phi[0], t01 = a01, t10 = g10 * phi[0], t11 = g10 * a01 + phi[1];
    const v8 t20 = l20 * phi[0], t21 = l20 * a01 + g21 * phi[1], t22 = phi[2];
    const v8 q00 = W[0], q01 = g10 * W[0], q02 = l20 * W[0];
    const v8 q11 = g10 * g10 * W[0] + W[1], q12 = g10 * l20 * W[0] + g21 * W[1];
    const v8 q22 = l20 * l20 * W[0] + g21 * g21 * W[1] + W[2];

    /* Stationary covariance by doubling. */
    v8 P[3][3] = {{q00, q01, q02}, {q01, q11, q12}, {q02, q12, q22}};
    v8 M[3][3] = {{t00, t01, q00 * 0}, {t10, t11, q00 * 0}, {t20, t21, t22}};
    for (int step = 0; step < DOUBLINGS; step++) {
        v8 A[3][3], B[3][3];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++) {
                A[i][j] = M[i][0] * P[0][j] + M[i][1] * P[1][j] + M[i][2] * P[2][j];
                B[i][j] = M[i][0] * M[0][j] + M[i][1] * M[1][j] + M[i][2] * M[2][j];
            }
        for (int i = 0; i < 3; i++)
            for (int j = 0; j <= i; j++) {
                P[i][j] += A[i][0] * M[j][0] + A[i][1] * M[j][1] + A[i][2] * M[j][2];
                P[j][i] = P[i][j];
            }
        memcpy(M, B, sizeof M);
    }

    const v8 zero = q00 * 0;
    for (int x = 0; x < 3 * wide; x++) w->b[x] = zero;
    const int nb = wide / BLOCK;
    for (int x = 0; x < nb * (nb + 1) / 2 * BLOCK * BLOCK; x++) w->gram[x] = zero;
    for (int r = 0; r < HOLD * wide; r++) w->e[r] = zero, w->es[r] = zero;
    for (int j = 0; j < k; j++)
        for (int c = 0; c < 2; c++) {
            double tau = exp(m->log_tau[2 * j + c]);
            for (int l = 0; l < LANES; l++)
                w->keep[2 * j + c][l] = exp(-1.0 / (m->learned[j] != 0 ? tau * onset[c][l] : tau));
            w->u[2 * j + c] = zero + m->before[2 * j + c];
        }
    for (int j = 0; j < k; j++)
        for (int o = 0; o < 3; o++) w->b[o * wide + first + 3 * j + o] = w->u[2 * j + (o > 0)];

    v8 product = zero + 1.0, logs = zero;
    int held = 0, factors = 0;
    v8 *b0 = w->b, *b1 = w->b + wide, *b2 = w->b + 2 * wide;
    for (int t = 0; t < m->days; t++) {
        for (int j = 0; j <= p; j++) {
            const v8 s = b0[j], x = b1[j], f = b2[j];
            b0[j] = t00 * s + t01 * x;
            b1[j] = t10 * s + t11 * x;
            b2[j] = t20 * s + t21 * x + t22 * f;
        }
        for (int j = 0; j < k; j++) {
            const double *h = m->drive + ((size_t)t * k + j) * 2;
            v8 *u = w->u + 2 * j;
            u[0] = h[0] + (u[0] - h[0]) * w->keep[2 * j];
            u[1] = h[1] + (u[1] - h[1]) * w->keep[2 * j + 1];
            const int c = first + 3 * j;
            b0[c] += (1.0 - t00) * u[0], b1[c] -= t10 * u[0], b2[c] -= t20 * u[0];
            b0[c + 1] -= t01 * u[1], b1[c + 1] += (1.0 - t11) * u[1], b2[c + 1] -= t21 * u[1];
            b2[c + 2] += (1.0 - t22) * u[1];
        }
        {
            v8 A[3][3];
            for (int j = 0; j < 3; j++) {
                A[0][j] = t00 * P[0][j] + t01 * P[1][j];
                A[1][j] = t10 * P[0][j] + t11 * P[1][j];
                A[2][j] = t20 * P[0][j] + t21 * P[1][j] + t22 * P[2][j];
            }
            P[0][0] = A[0][0] * t00 + A[0][1] * t01 + q00;
            P[0][1] = P[1][0] = A[0][0] * t10 + A[0][1] * t11 + q01;
            P[0][2] = P[2][0] = A[0][0] * t20 + A[0][1] * t21 + A[0][2] * t22 + q02;
            P[1][1] = A[1][0] * t10 + A[1][1] * t11 + q11;
            P[1][2] = P[2][1] = A[1][0] * t20 + A[1][1] * t21 + A[1][2] * t22 + q12;
            P[2][2] = A[2][0] * t20 + A[2][1] * t21 + A[2][2] * t22 + q22;
        }
        for (int o = 0; o < 3; o++) {
            const double y = m->y[3 * t + o];
            if (isnan(y)) continue;
            v8 *e = w->e + held * wide, *es = w->es + held * wide, *bo = w->b + o * wide;
            for (int j = 0; j <= p; j++) e[j] = bo[j];
            for (int j = 0; j < q; j++) e[3 * j + o] += m->base[(size_t)t * q + j];
            e[p] += y;
            const v8 S = P[o][o] + R[o], inverse = 1.0 / S;
            const v8 k0 = P[0][o] * inverse, k1 = P[1][o] * inverse, k2 = P[2][o] * inverse;
            for (int j = 0; j <= p; j++) {
                const v8 x = e[j];
                es[j] = x * inverse;
                b0[j] -= k0 * x;
                b1[j] -= k1 * x;
                b2[j] -= k2 * x;
            }
            const v8 r0 = P[o][0], r1 = P[o][1], r2 = P[o][2];
            P[0][0] -= k0 * r0, P[0][1] -= k0 * r1, P[0][2] -= k0 * r2;
            P[1][1] -= k1 * r1, P[1][2] -= k1 * r2, P[2][2] -= k2 * r2;
            P[1][0] = P[0][1], P[2][0] = P[0][2], P[2][1] = P[1][2];
            product *= S;
            if (++factors == LOG_EVERY) {
                for (int l = 0; l < LANES; l++) logs[l] += log(product[l]);
                product = zero + 1.0, factors = 0;
            }
            if (++held == HOLD) NAME(flush)(m, w, HOLD), held = 0;
        }
    }
    if (held) NAME(flush)(m, w, held);
    for (int l = 0; l < LANES; l++) logs[l] += log(product[l]);
    *log_s = logs;
}

/* The ridge solve: log marginal likelihood, and where asked for the mean and covariance of the coefficients. */
static void NAME(solve)(const Problem *m, NAME(Work) *w, v8 log_s, v8 *lp, int with_mean, int with_cov)
{
    const int p = m->p;
    v8 *low = w->low, *d = w->vec, *z = w->vec + p, *mean = w->vec + 2 * p;
    v8 product, log_det, quad = NAME(at)(w, p, p);
    product = quad * 0 + 1.0, log_det = quad * 0;
    double prior = 0.0;
    for (int j = 0; j < p; j++) {
        const double prec = 1.0 / (m->prior_sd[j] * m->prior_sd[j]);
        prior += log(prec);
        quad += prec * m->prior_mean[j] * m->prior_mean[j];
        v8 c = NAME(at)(w, p, j) + prec * m->prior_mean[j];
        v8 pivot = NAME(at)(w, j, j) + prec;
        for (int i = 0; i < j; i++) {
            const v8 x = low[j * p + i];
            pivot -= x * x * d[i];
            c -= x * z[i];
        }
        d[j] = pivot, z[j] = c; /* z solves low z = c */
        quad -= c * c / pivot;
        product *= pivot;
        if (j % 8 == 7 || j == p - 1) {
            for (int l = 0; l < LANES; l++) log_det[l] += log(product[l]);
            product = product * 0 + 1.0;
        }
        const v8 inverse = 1.0 / pivot;
        w->vec[3 * p + j] = inverse;
        for (int r = j + 1; r < p; r++) {
            v8 x = NAME(at)(w, r, j);
            for (int i = 0; i < j; i++) x -= low[r * p + i] * d[i] * low[j * p + i];
            low[r * p + j] = x * inverse;
        }
    }
    *lp = -0.5 * (m->entries * LOG_2PI + log_s + log_det - prior + quad);
    if (with_mean)
        for (int j = p - 1; j >= 0; j--) {
            v8 x = z[j] / d[j];
            for (int i = j + 1; i < p; i++) x -= low[i * p + j] * mean[i];
            mean[j] = x;
        }
    if (with_cov) {
        v8 *inv = w->inv; /* inverse of low, in the lower triangle */
        for (int j = 0; j < p; j++)
            for (int i = j; i < p; i++) {
                v8 x = log_s * 0 + (i == j ? 1.0 : 0.0);
                for (int r = j; r < i; r++) x -= low[i * p + r] * inv[r * p + j];
                inv[i * p + j] = x;
            }
    }
}

static v8 NAME(covariance)(const Problem *m, const NAME(Work) *w, int i, int j)
{
    const int p = m->p;
    v8 x = w->vec[0] * 0;
    for (int r = i > j ? i : j; r < p; r++) x += w->inv[r * p + i] * w->inv[r * p + j] * w->vec[3 * p + r];
    return x;
}

static int NAME(batch)(const Problem *m, const double *theta, long n, const Out *out)
{
    void *raw = aligned_alloc(64, NAME(work_size)(m) * sizeof(v8));
    if (!raw) return -1;
    NAME(Work) w;
    NAME(work_place)(m, raw, &w);
    const int p = m->p;
    const size_t side = (size_t)p + 1;
    for (long start = 0; start < n; start += LANES) {
        double lanes[LANES * THETA];
        double prior[LANES];
        for (int l = 0; l < LANES; l++) {
            const double *x = theta + (start + l < n ? start + l : n - 1) * THETA;
            double total = m->prior_const;
            int far = 0;
            for (int j = 0; j < THETA; j++) {
                double z = (x[j] - m->centre[j]) / m->scale[j];
                if (!(fabs(z) <= FAR)) far = 1, z = z > 0 ? FAR : -FAR;
                total -= 0.5 * z * z;
                lanes[l * THETA + j] = m->centre[j] + z * m->scale[j];
            }
            prior[l] = far ? -INFINITY : total;
        }
        v8 log_s, lp;
        NAME(filter)(m, lanes, &w, &log_s);
        NAME(solve)(m, &w, log_s, &lp, out->mean != NULL, out->cov != NULL);
        for (int l = 0; l < LANES && start + l < n; l++) {
            const size_t row = (size_t)(start + l);
            if (out->lp) out->lp[row] = isfinite(lp[l]) ? lp[l] + prior[l] : -INFINITY;
            if (out->log_s) out->log_s[row] = log_s[l];
            if (out->mean)
                for (int j = 0; j < p; j++) out->mean[row * p + j] = w.vec[2 * p + j][l];
        }
        if (out->cov)
            for (int i = 0; i < p; i++)
                for (int j = 0; j <= i; j++) {
                    const v8 x = NAME(covariance)(m, &w, i, j);
                    for (int l = 0; l < LANES && start + l < n; l++) {
                        double *c = out->cov + (size_t)(start + l) * p * p;
                        c[i * p + j] = c[j * p + i] = x[l];
                    }
                }
        if (out->gram)
            for (int i = 0; i <= p; i++)
                for (int j = 0; j <= i; j++) {
                    const v8 x = NAME(at)(&w, i, j);
                    for (int l = 0; l < LANES && start + l < n; l++) {
                        double *g = out->gram + (size_t)(start + l) * side * side;
                        g[i * side + j] = g[j * side + i] = x[l];
                    }
                }
    }
    free(raw);
    return 0;
}

#undef HOLD
#undef LOG_EVERY
