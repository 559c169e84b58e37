/* LANES parameter vectors side by side through the filter, the Gram matrix and the ridge solve.
 *
 * Included once per instruction set by _kernel.c, which defines NAME(x), a name with a suffix, LANES, and TALL by BROAD, the
 * register block of the Gram update (TALL a multiple of BROAD). The text is that of likelihood.py; what differs is the order
 * of the work: the whitened innovations of some scores are held back and their products added at a time, so that a block
 * of the Gram matrix stays in registers.
 */

typedef double NAME(V) __attribute__((vector_size(LANES * 8)));
#define V NAME(V)
#define HOLD 16
#define LOG_EVERY 16
#define ACROSS (TALL / BROAD) /* blocks that cover a square of the diagonal */

typedef struct {
    V *b;       /* 3 x wide: minus the filter's state, per column */
    V *e;       /* HOLD x wide: innovations over the root of their variance */
    V *gram;    /* lower triangle of blocks, TALL * BROAD each */
    V *u;       /* k x 2 filtered inputs */
    V *keep;    /* k x 2 */
    V *low;     /* p x p: unit lower triangle, for the solve */
    V *inv;     /* p x p */
    V *vec;     /* 4 x p */
} NAME(Work);

static size_t NAME(gram_size)(const Problem *m)
{
    size_t rows = (size_t)m->wide / TALL;
    return rows * (rows + 1) / 2 * ACROSS * TALL * BROAD;
}

static size_t NAME(work_size)(const Problem *m)
{
    size_t wide = (size_t)m->wide, p = (size_t)m->p, k = (size_t)m->k;
    return 3 * wide + HOLD * wide + NAME(gram_size)(m) + 4 * k + 2 * p * p + 4 * p + 16;
}

static void NAME(work_place)(const Problem *m, V *at, NAME(Work) *w)
{
    size_t wide = (size_t)m->wide, p = (size_t)m->p, k = (size_t)m->k;
    w->b = at, at += 3 * wide;
    w->e = at, at += HOLD * wide;
    w->gram = at, at += NAME(gram_size)(m);
    w->u = at, at += 2 * k;
    w->keep = at, at += 2 * k;
    w->low = at, at += p * p;
    w->inv = at, at += p * p;
    w->vec = at;
}

static void NAME(flush)(const Problem *m, NAME(Work) *w, int rows)
{
    const int wide = m->wide;
    V *g = w->gram;
    for (int i0 = 0; i0 < wide; i0 += TALL)
        for (int j0 = 0; j0 <= i0 + TALL - BROAD; j0 += BROAD, g += TALL * BROAD) {
            V acc[TALL * BROAD];
            const V *left = w->e + i0, *right = w->e + j0;
            for (int x = 0; x < TALL * BROAD; x++) acc[x] = g[x];
            for (int r = 0; r < rows; r++, left += wide, right += wide) {
                V rightward[BROAD];
                for (int j = 0; j < BROAD; j++) rightward[j] = right[j];
                for (int i = 0; i < TALL; i++) {
                    V x = left[i];
                    IN_REGISTER(x);
                    for (int j = 0; j < BROAD; j++) acc[i * BROAD + j] += x * rightward[j];
                }
            }
            for (int x = 0; x < TALL * BROAD; x++) g[x] = acc[x];
        }
}

/* Where a product stands, j at most i. */
INLINE V *NAME(place)(const NAME(Work) *w, int i, int j)
{
    const int row = i / TALL;
    return w->gram + (ACROSS * row * (row + 1) / 2 + j / BROAD) * TALL * BROAD + (i % TALL) * BROAD + j % BROAD;
}

INLINE V NAME(at)(const NAME(Work) *w, int i, int j) { return j > i ? *NAME(place)(w, j, i) : *NAME(place)(w, i, j); }

/* The matrices of the lanes' parameter vectors. */
typedef struct {
    V t00, t01, t10, t11, t20, t21, t22, q00, q01, q02, q11, q12, q22;
    V R[3], scale[DEVICES], noise[DEVICES];
} NAME(Model);

/* What goes from day to day whatever the scores are: the covariance, and the product of variances. */
typedef struct {
    V P[3][3], product, logs;
    int factors;
} NAME(Spread);

/* A day's gains, and one over the root of each variance; the devices' come after the scores'. */
typedef struct {
    V gain[3 + DEVICES][3], root[3 + DEVICES];
    V *e[3];
    double y[3];
    int seen;
} NAME(Day);

/* Prediction, push of an input, and the day's updates, for one column while it is in registers. */
INLINE void NAME(column)(V *b, int wide, int j, const NAME(Model) *a, const NAME(Day) *d, int seen,
                                                               V p0, V p1, V p2, double h0, double h1, double h2)
{
    const V s = b[j], x = b[wide + j], f = b[2 * wide + j];
    V b0 = a->t00 * s + a->t01 * x + p0, b1 = a->t10 * s + a->t11 * x + p1;
    V b2 = a->t20 * s + a->t21 * x + a->t22 * f + p2;
    if (seen & 1) {
        const V e = b0 + h0;
        d->e[0][j] = e * d->root[0];
        b0 -= d->gain[0][0] * e, b1 -= d->gain[0][1] * e, b2 -= d->gain[0][2] * e;
    }
    if (seen & 2) {
        const V e = b1 + h1;
        d->e[1][j] = e * d->root[1];
        b0 -= d->gain[1][0] * e, b1 -= d->gain[1][1] * e, b2 -= d->gain[1][2] * e;
    }
    if (seen & 4) {
        const V e = b2 + h2;
        d->e[2][j] = e * d->root[2];
        b0 -= d->gain[2][0] * e, b1 -= d->gain[2][1] * e, b2 -= d->gain[2][2] * e;
    }
    b[j] = b0, b[wide + j] = b1, b[2 * wide + j] = b2;
}

INLINE void NAME(pass)(const Problem *m, NAME(Work) *w, const NAME(Model) *a, const NAME(Day) *d, int t, int seen)
{
    const int wide = m->wide, q = m->q, k = m->k;
    const V zero = {0};
    V *b = w->b;
    for (int j = 0; j < q; j++) {
        const double x = m->base[(size_t)t * q + j];
        NAME(column)(b, wide, 3 * j, a, d, seen, zero, zero, zero, x, 0, 0);
        NAME(column)(b, wide, 3 * j + 1, a, d, seen, zero, zero, zero, 0, x, 0);
        NAME(column)(b, wide, 3 * j + 2, a, d, seen, zero, zero, zero, 0, 0, x);
    }
    for (int j = 0; j < k; j++) {
        const int c = 3 * (q + j);
        const V u0 = w->u[2 * j], u1 = w->u[2 * j + 1];
        NAME(column)(b, wide, c, a, d, seen, u0 - a->t00 * u0, -a->t10 * u0, -a->t20 * u0, 0, 0, 0);
        NAME(column)(b, wide, c + 1, a, d, seen, -a->t01 * u1, u1 - a->t11 * u1, -a->t21 * u1, 0, 0, 0);
        NAME(column)(b, wide, c + 2, a, d, seen, zero, zero, u1 - a->t22 * u1, 0, 0, 0);
    }
    for (int j = 3 * (q + k); j < m->p; j++) NAME(column)(b, wide, j, a, d, seen, zero, zero, zero, 0, 0, 0);
    NAME(column)(b, wide, m->p, a, d, seen, zero, zero, zero, d->y[0], d->y[1], d->y[2]);
}

/* One device's reading of the sleep state: as a score of the first slot, times its scale and with a level of its own. */
static void NAME(reading)(const Problem *m, NAME(Work) *w, int t, int device, V scale, V root, const V gain[3], V *to)
{
    const int wide = m->wide, q = m->q, own = 3 * (q + m->k) + device;
    V *b = w->b;
    for (int j = 0; j <= m->p; j++) {
        V e = scale * b[j];
        if (j < 3 * q && j % 3 == 0) e += scale * (m->base[(size_t)t * q + j / 3] * m->shared[j / 3]);
        if (j == own) e += 1.0;
        if (j == m->p) e += m->nightly[(size_t)t * m->devices + device];
        to[j] = e * root;
        b[j] -= gain[0] * e, b[wide + j] -= gain[1] * e, b[2 * wide + j] -= gain[2] * e;
    }
}

/* Takes one variance in: the covariance after it, its gain and the root of its inverse. c is the state's covariance with it. */
INLINE void NAME(take)(NAME(Spread) *s, V c0, V c1, V c2, V S, V gain[3], V *root)
{
    const V inverse = 1.0 / S;
    gain[0] = c0 * inverse, gain[1] = c1 * inverse, gain[2] = c2 * inverse;
    s->P[0][0] -= gain[0] * c0, s->P[0][1] -= gain[0] * c1, s->P[0][2] -= gain[0] * c2;
    s->P[1][1] -= gain[1] * c1, s->P[1][2] -= gain[1] * c2, s->P[2][2] -= gain[2] * c2;
    s->P[1][0] = s->P[0][1], s->P[2][0] = s->P[0][2], s->P[2][1] = s->P[1][2];
    for (int l = 0; l < LANES; l++) (*root)[l] = sqrt(inverse[l]);
    s->product *= S;
    if (++s->factors == LOG_EVERY) {
        for (int l = 0; l < LANES; l++) s->logs[l] += log(s->product[l]);
        s->product = S * 0 + 1.0, s->factors = 0;
    }
}

/* The covariance over a day, and the day's gains: none of it depends on what the scores are. */
INLINE void NAME(gains)(const Problem *m, const NAME(Model) *a, NAME(Spread) *s, int t, NAME(Day) *day)
{
    V A[3][3], (*P)[3] = s->P;
    for (int j = 0; j < 3; j++) {
        A[0][j] = a->t00 * P[0][j] + a->t01 * P[1][j];
        A[1][j] = a->t10 * P[0][j] + a->t11 * P[1][j];
        A[2][j] = a->t20 * P[0][j] + a->t21 * P[1][j] + a->t22 * P[2][j];
    }
    P[0][0] = A[0][0] * a->t00 + A[0][1] * a->t01 + a->q00;
    P[0][1] = P[1][0] = A[0][0] * a->t10 + A[0][1] * a->t11 + a->q01;
    P[0][2] = P[2][0] = A[0][0] * a->t20 + A[0][1] * a->t21 + A[0][2] * a->t22 + a->q02;
    P[1][1] = A[1][0] * a->t10 + A[1][1] * a->t11 + a->q11;
    P[1][2] = P[2][1] = A[1][0] * a->t20 + A[1][1] * a->t21 + A[1][2] * a->t22 + a->q12;
    P[2][2] = A[2][0] * a->t20 + A[2][1] * a->t21 + A[2][2] * a->t22 + a->q22;
    day->seen = 0;
    for (int o = 0; o < 3; o++) {
        day->y[o] = m->y[3 * t + o];
        if (isnan(day->y[o])) continue;
        day->seen |= 1 << o;
        NAME(take)(s, P[o][0], P[o][1], P[o][2], P[o][o] + a->R[o] + m->extra[3 * t + o], day->gain[o], day->root + o);
    }
    for (int x = 0; x < m->devices; x++)
        if (!isnan(m->nightly[(size_t)t * m->devices + x])) {
            const V c0 = a->scale[x] * P[0][0], c1 = a->scale[x] * P[0][1], c2 = a->scale[x] * P[0][2];
            NAME(take)(s, c0, c1, c2, a->scale[x] * c0 + a->noise[x], day->gain[3 + x], day->root + 3 + x);
        }
}

/* Whitened cross products of the lanes into w->gram; returns sum of log S through *log_s. */
static void NAME(filter)(const Problem *m, const double *theta, NAME(Work) *w, V *log_s)
{
    const int wide = m->wide, k = m->k, first = 3 * m->q;
    const V zero = {0};
    V phi[3] = {{0}}, W[3] = {{0}}, onset[2] = {{0}}, g10 = {0}, g20 = {0}, g21 = {0}, a01 = {0};
    NAME(Model) a = {0};
    for (int l = 0; l < LANES; l++) {
        const double *x = theta + l * LONGEST;
        for (int o = 0; o < 3; o++) {
            phi[o][l] = tanh(x[o]);
            W[o][l] = exp(2 * x[7 + o]);
            a.R[o][l] = exp(2 * x[10 + o]);
        }
        g10[l] = x[3], g20[l] = x[4], g21[l] = x[5], a01[l] = x[6];
        onset[0][l] = x[13], onset[1][l] = x[14];
        for (int d = 0; d < m->devices; d++)
            a.scale[d][l] = exp(x[DAILY + 2 * d]), a.noise[d][l] = exp(2 * x[DAILY + 2 * d + 1]);
    }
    const V l20 = g20 + g21 * g10;
    a.t00 = phi[0], a.t01 = a01, a.t10 = g10 * phi[0], a.t11 = g10 * a01 + phi[1];
    a.t20 = l20 * phi[0], a.t21 = l20 * a01 + g21 * phi[1], a.t22 = phi[2];
    a.q00 = W[0], a.q01 = g10 * W[0], a.q02 = l20 * W[0];
    a.q11 = g10 * g10 * W[0] + W[1], a.q12 = g10 * l20 * W[0] + g21 * W[1];
    a.q22 = l20 * l20 * W[0] + g21 * g21 * W[1] + W[2];

    /* Stationary covariance by doubling. */
    NAME(Spread) s = {.P = {{a.q00, a.q01, a.q02}, {a.q01, a.q11, a.q12}, {a.q02, a.q12, a.q22}}, .product = zero + 1.0};
    V M[3][3] = {{a.t00, a.t01, zero}, {a.t10, a.t11, zero}, {a.t20, a.t21, a.t22}};
    for (int step = 0; step < DOUBLINGS; step++) {
        V A[3][3], B[3][3];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++) {
                A[i][j] = M[i][0] * s.P[0][j] + M[i][1] * s.P[1][j] + M[i][2] * s.P[2][j];
                B[i][j] = M[i][0] * M[0][j] + M[i][1] * M[1][j] + M[i][2] * M[2][j];
            }
        for (int i = 0; i < 3; i++)
            for (int j = 0; j <= i; j++) {
                s.P[i][j] += A[i][0] * M[j][0] + A[i][1] * M[j][1] + A[i][2] * M[j][2];
                s.P[j][i] = s.P[i][j];
            }
        memcpy(M, B, sizeof M);
    }

    for (int x = 0; x < 3 * wide; x++) w->b[x] = zero;
    for (size_t x = 0; x < NAME(gram_size)(m); x++) w->gram[x] = zero;
    for (int r = 0; r < HOLD * wide; r++) w->e[r] = zero;
    for (int j = 0; j < k; j++)
        for (int c = 0; c < 2; c++) {
            const double log_tau = m->log_tau[2 * j + c], stretch = m->stretch[2 * j + c];
            for (int l = 0; l < LANES; l++)
                w->keep[2 * j + c][l] = exp(-1.0 / exp(log_tau + stretch * onset[c][l]));
            w->u[2 * j + c] = zero + m->before[2 * j + c];
        }
    for (int j = 0; j < k; j++)
        for (int o = 0; o < 3; o++) w->b[o * wide + first + 3 * j + o] = w->u[2 * j + (o > 0)];

    /* The gains are a chain of divisions, the pass over the columns is not: with the next day's gains begun before this day's
     * pass, the processor does both at once. */
    int held = 0;
    NAME(Day) days[2];
    if (m->days) NAME(gains)(m, &a, &s, 0, days);
    for (int t = 0; t < m->days; t++) {
        NAME(Day) *day = days + t % 2;
        if (t + 1 < m->days) NAME(gains)(m, &a, &s, t + 1, days + (t + 1) % 2);
        for (int o = 0; o < 3; o++)
            if (day->seen & 1 << o) day->e[o] = w->e + held++ * wide;
        for (int j = 0; j < k; j++) {
            const double *h = m->drive + ((size_t)t * k + j) * 2;
            V *u = w->u + 2 * j;
            u[0] = h[0] + (u[0] - h[0]) * w->keep[2 * j];
            u[1] = h[1] + (u[1] - h[1]) * w->keep[2 * j + 1];
        }
        switch (day->seen) {
        case 7: NAME(pass)(m, w, &a, day, t, 7); break;
        case 6: NAME(pass)(m, w, &a, day, t, 6); break;
        case 5: NAME(pass)(m, w, &a, day, t, 5); break;
        case 3: NAME(pass)(m, w, &a, day, t, 3); break;
        case 0: NAME(pass)(m, w, &a, day, t, 0); break;
        default: NAME(pass)(m, w, &a, day, t, day->seen);
        }
        for (int d = 0; d < m->devices; d++)
            if (!isnan(m->nightly[(size_t)t * m->devices + d]))
                NAME(reading)(m, w, t, d, a.scale[d], day->root[3 + d], day->gain[3 + d], w->e + held++ * wide);
        if (held > HOLD - 3 - m->devices) NAME(flush)(m, w, held), held = 0;
    }
    if (held) NAME(flush)(m, w, held);
    for (int l = 0; l < LANES; l++) s.logs[l] += log(s.product[l]);
    *log_s = s.logs;
}

/* The ridge solve with one component of the prior: log marginal likelihood with its weight, and where asked for the mean and covariance of
 * the coefficients. */
static void NAME(solve)(const Problem *m, NAME(Work) *w, int part, V log_s, V *lp, int with_mean, int with_cov)
{
    const int p = m->p;
    const double *precision = m->precision + (size_t)part * p * p, *shift = m->shift + (size_t)part * p;
    V *low = w->low, *d = w->vec, *z = w->vec + p, *mean = w->vec + 2 * p;
    V product, log_det, quad = NAME(at)(w, p, p);
    product = quad * 0 + 1.0, log_det = quad * 0;
    for (int j = 0; j < p; j++) {
        V c = NAME(at)(w, p, j) + shift[j];
        V pivot = NAME(at)(w, j, j) + precision[j * p + j];
        for (int i = 0; i < j; i++) {
            const V x = low[j * p + i];
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
        const V inverse = 1.0 / pivot;
        w->vec[3 * p + j] = inverse;
        for (int r = j + 1; r < p; r++) {
            V x = NAME(at)(w, r, j) + precision[r * p + j];
            for (int i = 0; i < j; i++) x -= low[r * p + i] * d[i] * low[j * p + i];
            low[r * p + j] = x * inverse;
        }
    }
    *lp = m->part_const[part] - 0.5 * ((m->entries + m->nights) * LOG_2PI + log_s + log_det + quad);
    if (with_mean)
        for (int j = p - 1; j >= 0; j--) {
            V x = z[j] / d[j];
            for (int i = j + 1; i < p; i++) x -= low[i * p + j] * mean[i];
            mean[j] = x;
        }
    if (with_cov) {
        V *inv = w->inv; /* inverse of low, in the lower triangle */
        for (int j = 0; j < p; j++)
            for (int i = j; i < p; i++) {
                V x = log_s * 0 + (i == j ? 1.0 : 0.0);
                for (int r = j; r < i; r++) x -= low[i * p + r] * inv[r * p + j];
                inv[i * p + j] = x;
            }
    }
}

static V NAME(covariance)(const Problem *m, const NAME(Work) *w, int i, int j)
{
    const int p = m->p;
    V x = w->vec[0] * 0;
    for (int r = i > j ? i : j; r < p; r++) x += w->inv[r * p + i] * w->inv[r * p + j] * w->vec[3 * p + r];
    return x;
}

/* Each lane's densities by component into its mixture's and their shares. */
INLINE double NAME(joined)(const V *lp, int parts, int l, double *share)
{
    double top = -INFINITY, total = 0.0;
    for (int c = 0; c < parts; c++) top = lp[c][l] > top ? lp[c][l] : top;
    for (int c = 0; c < parts; c++) total += exp(lp[c][l] - top);
    const double all = top + log(total);
    if (share)
        for (int c = 0; c < parts; c++) share[c] = exp(lp[c][l] - all);
    return all;
}

static int NAME(batch)(const Problem *m, const double *theta, long n, const Out *out)
{
    void *raw = aligned_alloc(64, (NAME(work_size)(m) * sizeof(V) + 63) / 64 * 64);
    if (!raw) return -1;
    NAME(Work) w;
    NAME(work_place)(m, raw, &w);
    const int p = m->p, parts = m->parts;
    const size_t side = (size_t)p + 1;
    for (long start = 0; start < n; start += LANES) {
        double lanes[LANES * LONGEST];
        double prior[LANES];
        for (int l = 0; l < LANES; l++) {
            const double *x = theta + (start + l < n ? start + l : n - 1) * m->size;
            double total = m->prior_const;
            int far = 0;
            for (int j = 0; j < m->size; j++) {
                double z = (x[j] - m->centre[j]) / m->scale[j];
                if (!(fabs(z) <= FAR)) far = 1, z = z > 0 ? FAR : -FAR;
                total -= 0.5 * z * z;
                lanes[l * LONGEST + j] = m->centre[j] + z * m->scale[j];
            }
            prior[l] = far ? -INFINITY : total;
        }
        V log_s, lp[PARTS];
        NAME(filter)(m, lanes, &w, &log_s);
        for (int c = 0; c < parts; c++) {
            NAME(solve)(m, &w, c, log_s, lp + c, out->mean != NULL, out->cov != NULL);
            for (int l = 0; out->mean && l < LANES && start + l < n; l++) {
                double *to = out->mean + ((size_t)(start + l) * parts + c) * p;
                for (int j = 0; j < p; j++) to[j] = w.vec[2 * p + j][l];
            }
            for (int i = 0; out->cov && i < p; i++)
                for (int j = 0; j <= i; j++) {
                    const V x = NAME(covariance)(m, &w, i, j);
                    for (int l = 0; l < LANES && start + l < n; l++) {
                        double *to = out->cov + ((size_t)(start + l) * parts + c) * p * p;
                        to[i * p + j] = to[j * p + i] = x[l];
                    }
                }
        }
        for (int l = 0; l < LANES && start + l < n; l++) {
            const size_t row = (size_t)(start + l);
            const double all = NAME(joined)(lp, parts, l, out->share ? out->share + row * parts : NULL);
            if (out->lp) out->lp[row] = isfinite(all) ? all + prior[l] : -INFINITY;
            if (out->log_s) out->log_s[row] = log_s[l];
        }
        if (out->gram)
            for (int i = 0; i <= p; i++)
                for (int j = 0; j <= i; j++) {
                    const V x = NAME(at)(&w, i, j);
                    for (int l = 0; l < LANES && start + l < n; l++) {
                        double *g = out->gram + (size_t)(start + l) * side * side;
                        g[i * side + j] = g[j * side + i] = x[l];
                    }
                }
    }
    free(raw);
    return 0;
}

/* Cross products that were kept, solved anew under a prior: what a change of the prior does, without the filter. */
static int NAME(resolve)(const Problem *m, const Asked *asked)
{
    const int p = m->p, parts = m->parts;
    const size_t side = (size_t)p + 1, many = (size_t)asked->directions;
    const size_t size = (NAME(work_size)(m) + side) * sizeof(V);
    void *raw = aligned_alloc(64, (size + 63) / 64 * 64);
    if (!raw) return -1;
    NAME(Work) w;
    NAME(work_place)(m, raw, &w);
    V *y = (V *)raw + NAME(work_size)(m);
    for (long start = 0; start < asked->n; start += LANES) {
        V log_s, lp[PARTS];
        for (int l = 0; l < LANES; l++) {
            const size_t row = (size_t)(start + l < asked->n ? start + l : asked->n - 1);
            const double *g = asked->gram + row * side * side;
            log_s[l] = asked->log_s[row];
            for (size_t i = 0; i < side; i++)
                for (size_t j = 0; j <= i; j++) (*NAME(place)(&w, (int)i, (int)j))[l] = g[i * side + j];
        }
        for (int c = 0; c < parts; c++) {
            NAME(solve)(m, &w, c, log_s, lp + c, 0, 0);
            const V *d = w.vec, *z = w.vec + p;
            for (size_t v = 0; v < many; v++) {
                const double *along = asked->along + v * p;
                int first = 0;
                while (first < p && along[first] == 0.0) first++;
                V mean = log_s * 0, var = mean;
                for (int i = first; i < p; i++) {
                    V x = log_s * 0 + along[i];
                    for (int j = first; j < i; j++) x -= w.low[i * p + j] * y[j];
                    y[i] = x;
                    const V share = x / d[i];
                    mean += share * z[i], var += share * x;
                }
                for (int l = 0; l < LANES && start + l < asked->n; l++) {
                    const size_t to = ((size_t)(start + l) * parts + c) * many + v;
                    asked->mean[to] = mean[l], asked->var[to] = var[l];
                }
            }
        }
        for (int l = 0; l < LANES && start + l < asked->n; l++) {
            const size_t row = (size_t)(start + l);
            const double all = NAME(joined)(lp, parts, l, asked->share + row * parts);
            asked->lp[row] = isfinite(all) ? all : -INFINITY;
        }
    }
    free(raw);
    return 0;
}

#undef HOLD
#undef ACROSS
#undef LOG_EVERY
