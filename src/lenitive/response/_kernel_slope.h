/* Log posterior and its gradient at one parameter vector: the filter forwards, the ridge solve, and both backwards.
 *
 * Included once per instruction set, after _kernel_body.h. Here the lanes of a vector are coefficients, not parameter vectors. With the
 * whitened innovations w, one row per score, and quad the minimum of the ridge problem at the coefficients' conditional mean,
 *
 *     d(-1/2 (log|Lambda| + quad)) / dw = -Z w,    Z = [V + mean mean', -mean; -mean', 1],  V = Lambda^-1
 *
 * so both halves are products of one tall matrix W: W'W before the solve, and W Z after it, done with blocks in registers. Between
 * them only what links one day to the next is done day by day.
 */

typedef double NAME(Loose) __attribute__((vector_size(LANES * 8), aligned(8)));
#define CHUNK 64 /* rows of W whose products are taken at a time, while they are in the nearest cache */

INLINE double NAME(total)(V x)
{
    double s = 0.0;
    for (int l = 0; l < LANES; l++) s += x[l];
    return s;
}

INLINE void NAME(corner)(const V *rows, long n, V *G, const int nc, int block, int x,
                                                               const int pair)
{
    V acc[LANES][2];
    V *g = G + (size_t)block * LANES * nc + x;
    for (int i = 0; i < LANES; i++)
        for (int j = 0; j <= pair; j++) acc[i][j] = g[i * nc + j];
    for (long r = 0; r < n; r++, rows += nc) {
        V right[2];
        for (int j = 0; j <= pair; j++) right[j] = rows[x + j];
        const double *left = (const double *)(rows + block);
        for (int i = 0; i < LANES; i++)
            for (int j = 0; j <= pair; j++) acc[i][j] += left[i] * right[j];
    }
    for (int i = 0; i < LANES; i++)
        for (int j = 0; j <= pair; j++) g[i * nc + j] = acc[i][j];
}

/* The lower triangle of blocks of G += sum of w w' over rows of nc vectors. */
INLINE void NAME(products)(const V *rows, long n, V *G, const int nc)
{
    for (int block = 0; block < nc; block++)
        for (int x = 0; x <= block; x += 2)
            if (x < block)
                NAME(corner)(rows, n, G, nc, block, x, 1);
            else
                NAME(corner)(rows, n, G, nc, block, x, 0);
}

INLINE void NAME(mirror)(V *G, const int nc)
{
    double *g = (double *)G;
    const int side = nc * LANES;
    for (int i = 1; i < side; i++)
        for (int j = 0; j < i; j++) g[j * side + i] = g[i * side + j];
}

INLINE void NAME(rows_through)(const V *in, const V *Z, V *out, int inner, const int nc,
                                                                     const int many, const int across)
{
    V acc[4][6];
    for (int r = 0; r < many; r++)
        for (int x = 0; x < across; x++) acc[r][x] = (V){0};
    for (int i = 0; i < inner; i++, Z += nc)
        for (int r = 0; r < many; r++) {
            const double left = ((const double *)(in + r * nc))[i];
            for (int x = 0; x < across; x++) acc[r][x] += left * Z[x];
        }
    for (int r = 0; r < many; r++)
        for (int x = 0; x < across; x++) out[r * nc + x] = acc[r][x];
}

/* out = rows Z, where only the first `inner` columns of the rows are not zero. */
INLINE void NAME(through)(const V *rows, long n, const V *Z, V *out, int inner,
                                                                const int nc)
{
    /* As many rows and columns at a time as the registers hold. */
    const int across = nc <= 4 ? nc : nc == 6 ? 6 : 1, many = across <= 2 ? 4 : across <= 4 ? 3 : 2;
    for (int x = 0; x < nc; x += across) {
        long r = 0;
        for (; r + many <= n; r += many) NAME(rows_through)(rows + r * nc, Z + x, out + r * nc + x, inner, nc, many, across);
        for (; r < n; r++) NAME(rows_through)(rows + r * nc, Z + x, out + r * nc + x, inner, nc, 1, across);
    }
}

/* One score's numbers on the way out, for the way back. */
typedef struct {
    double spread, gain[3], col[3], inverse, root, prior[3];
} NAME(Step);

/* Bytes that the gradient works in. */
static size_t NAME(room)(const Problem *m)
{
    const size_t row = (size_t)(m->p + LANES) / LANES, side = row * LANES, days = (size_t)m->days, k = (size_t)m->k, p = (size_t)m->p;
    const size_t entries = (size_t)m->entries + (size_t)m->nights, nights = (size_t)m->nights;
    const size_t vectors = row * (entries + CHUNK + nights + 6 * days + 5 * side + 6), numbers = days * (9 + 2 * k) + 6 * k + p * (p + 2) + 16;
    return (vectors * sizeof(V) + numbers * sizeof(double) + entries * sizeof(NAME(Step)) + 127) / 64 * 64;
}

INLINE void NAME(slope_of)(const Problem *m, char *room, const double *theta, double *value,
                                                                double *gradient, double *out_y, double *out_s,
                                                                const int nc)
{
    const int p = m->p, q = m->q, k = m->k, first = 3 * q, days = m->days, nd = m->devices, side = nc * LANES;
    const int near = first / LANES < nc ? first / LANES : nc - 1; /* the first vector that holds an input's column */
    const int far = (first + 3 * k) / LANES < nc ? (first + 3 * k) / LANES + 1 : nc; /* and one past the last */
    const int span = far - near;
    const size_t row = (size_t)nc, entries = (size_t)m->entries + (size_t)m->nights;
    char *raw = room;
    V *W = (V *)raw, *QW = W + entries * row, *D = QW + CHUNK * row, *X = D + (size_t)m->nights * row;
    V *G = X + 3 * (size_t)days * row, *Z = G + side * row, *Y = Z + side * row, *own = Y + side * row, *of_own = own + side * row;
    V *b = of_own + side * row, *bar = b + 3 * row;
    V *push = bar + 3 * row;
    double *Pday = (double *)(push + 3 * (size_t)days * span), *U = Pday + (size_t)days * 9;
    double *keep = U + (size_t)days * 2 * k, *ubar = keep + 2 * k, *kbar = ubar + 2 * k, *low = kbar + 2 * k, *d = low + p * p;
    NAME(Step) *step = (NAME(Step) *)(d + p + (p & 1));

    double phi[3], wide[3], R[3], onset[2] = {theta[13], theta[14]};
    for (int o = 0; o < 3; o++) phi[o] = tanh(theta[o]), wide[o] = exp(2 * theta[7 + o]), R[o] = exp(2 * theta[10 + o]);
    const double g10 = theta[3], g20 = theta[4], g21 = theta[5], a01 = theta[6];
    const double A[3][3] = {{phi[0], a01, 0}, {0, phi[1], 0}, {0, 0, phi[2]}};
    const double L[3][3] = {{1, 0, 0}, {g10, 1, 0}, {g20 + g21 * g10, g21, 1}};
    double T[3][3], LW[3][3], Lt[3][3], Q[3][3];
    multiply(L, A, T), transpose(L, Lt);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) LW[i][j] = L[i][j] * wide[j];
    multiply(LW, Lt, Q);
    double power[DOUBLINGS + 1][3][3], cov[DOUBLINGS + 1][3][3], P[3][3], flipped[3][3], part[3][3];
    memcpy(power[0], T, sizeof T), memcpy(cov[0], Q, sizeof Q);
    for (int s = 0; s < DOUBLINGS; s++) {
        transpose(power[s], flipped), multiply(power[s], cov[s], part);
        memcpy(cov[s + 1], cov[s], sizeof Q), multiply_add(1, part, flipped, cov[s + 1]);
        multiply(power[s], power[s], power[s + 1]);
    }
    memcpy(P, cov[DOUBLINGS], sizeof P);

    memset(b, 0, 3 * row * sizeof(V));
    double *bs = (double *)b;
    for (int j = 0; j < k; j++)
        for (int s = 0; s < 2; s++) {
            const double tau = exp(m->log_tau[2 * j + s] + m->stretch[2 * j + s] * onset[s]);
            keep[2 * j + s] = exp(-1.0 / tau);
        }
    for (int j = 0; j < k; j++)
        for (int o = 0; o < 3; o++) bs[o * side + first + 3 * j + o] = m->before[2 * j + (o > 0)];

    /* Single numbers are put in place a whole pass before vectors read them: a vector load right behind a scalar store would
     * wait for it. */
    memset(push, 0, 3 * (size_t)days * span * sizeof(V));
    for (int t = 0; t < days; t++) {
        double *at = (double *)(push + 3 * (size_t)t * span) - near * LANES + first;
        for (int j = 0; j < k; j++) {
            double now[2];
            for (int s = 0; s < 2; s++) {
                const double h = m->drive[((size_t)t * k + j) * 2 + s];
                const double u = t ? U[((size_t)t - 1) * 2 * k + 2 * j + s] : m->before[2 * j + s];
                U[(size_t)t * 2 * k + 2 * j + s] = now[s] = h + (u - h) * keep[2 * j + s];
            }
            at[3 * j] = now[0], at[span * LANES + 3 * j + 1] = at[2 * span * LANES + 3 * j + 2] = now[1];
        }
    }

    double logs = 0.0, product = 1.0;
    int factors = 0;
    size_t entry = 0, night = 0, taken = 0;
    memset(G, 0, 2 * (size_t)side * row * sizeof(V));
    for (int t = 0; t < days; t++) {
        V *old = X + 3 * (size_t)t * row;
        const V *in = push + 3 * (size_t)t * span;
        memcpy(Pday + (size_t)t * 9, P, sizeof P);
        /* T b + (I - T) u = u + T (b - u) */
        for (int x = 0; x < nc; x++) {
            const int fed = x >= near && x < far;
            const V u0 = fed ? in[x - near] : (V){0}, u1 = fed ? in[span + x - near] : (V){0};
            const V u2 = fed ? in[2 * span + x - near] : (V){0};
            const V s = b[x] - u0, y = b[nc + x] - u1, f = b[2 * nc + x] - u2;
            old[x] = s, old[nc + x] = y, old[2 * nc + x] = f;
            b[x] = u0 + T[0][0] * s + T[0][1] * y;
            b[nc + x] = u1 + T[1][0] * s + T[1][1] * y;
            b[2 * nc + x] = u2 + T[2][0] * s + T[2][1] * y + T[2][2] * f;
        }
        forecast(T, Q, P);
        for (int o = 0; o < 3 + nd; o++) {
            const int device = o - 3;
            const double read = device < 0 ? m->y[3 * t + o] : m->nightly[(size_t)t * nd + device];
            if (isnan(read)) continue;
            const int state = device < 0 ? o : 0;
            const double scale = device < 0 ? 1.0 : exp(theta[DAILY + 2 * device]);
            const double noise = device < 0 ? R[o] + m->extra[3 * t + o] : exp(2 * theta[DAILY + 2 * device + 1]);
            NAME(Step) *now = step + entry;
            for (int i = 0; i < 3; i++) now->prior[i] = P[i][state], now->col[i] = scale * P[i][state];
            const double S = scale * now->col[state] + noise, inverse = 1.0 / S, root = sqrt(inverse);
            now->spread = S, now->inverse = inverse, now->root = root;
            for (int i = 0; i < 3; i++) now->gain[i] = now->col[i] * inverse;
            V *w = W + entry * row;
            const double k0 = now->gain[0], k1 = now->gain[1], k2 = now->gain[2];
            if (device < 0) {
                const NAME(Loose) *h = (const NAME(Loose) *)(m->heads + (3 * (size_t)t + o) * m->stride);
                for (int x = 0; x < nc; x++) {
                    const V e = b[o * nc + x] + h[x];
                    w[x] = e * root;
                    b[x] -= k0 * e, b[nc + x] -= k1 * e, b[2 * nc + x] -= k2 * e;
                }
            } else {
                const double *heads = m->night_heads + (size_t)t * (1 + nd) * m->stride;
                const NAME(Loose) *shared = (const NAME(Loose) *)heads;
                const NAME(Loose) *own = (const NAME(Loose) *)(heads + (1 + device) * m->stride);
                V *seen = D + night++ * row;
                for (int x = 0; x < nc; x++) {
                    seen[x] = b[x] + shared[x];
                    const V e = scale * seen[x] + own[x];
                    w[x] = e * root;
                    b[x] -= k0 * e, b[nc + x] -= k1 * e, b[2 * nc + x] -= k2 * e;
                }
            }
            for (int i = 0; i < 3; i++)
                for (int j = 0; j <= i; j++) P[i][j] = P[j][i] = P[i][j] - now->gain[i] * now->col[j];
            product *= S;
            if (++factors == 16) logs += log(product), product = 1.0, factors = 0;
            entry++;
        }
        if (entry - taken >= CHUNK) NAME(products)(W + taken * row, (long)(entry - taken), G, nc), taken = entry;
    }
    NAME(products)(W + taken * row, (long)(entry - taken), G, nc);
    NAME(mirror)(G, nc);
    logs += log(product);

    /* The ridge solve with each component of the prior: elimination of the cross products with the scores as last row, by whole rows. The
     * components' Z enter by their shares, which are known relative to the best one so far. */
    double top = -INFINITY, total = 0.0;
    V *mean = Y + p * row;
    double *ys = (double *)Y, *g = (double *)own;
    for (int part = 0; part < m->parts; part++) {
        const double *precision = m->precision + (size_t)part * p * p, *shift = m->shift + (size_t)part * p;
        double log_det = 0.0;
        memcpy(own, G, (size_t)side * row * sizeof(V));
        for (int j = 0; j < p; j++) {
            for (int i = 0; i < p; i++) g[j * side + i] += precision[j * p + i];
            g[j * side + p] += shift[j], g[p * side + j] += shift[j];
        }
        for (int j = 0; j < p; j++) {
            d[j] = g[j * side + j], log_det += log(d[j]);
            const double inverse = 1.0 / d[j];
            const V *pivot = own + j * row;
            for (int r = j + 1; r <= p; r++) {
                const double times = g[r * side + j] * inverse;
                V *at = own + r * row;
                if (r < p) low[r * p + j] = times;
                for (int x = j / LANES; x < nc; x++) at[x] -= times * pivot[x];
            }
        }
        const double here = m->part_const[part] - 0.5 * (log_det + g[p * side + p]);
        if (!(here - top > -40.0)) continue; /* beside the best it would be lost to rounding */
        /* Rows of L^-1 over the roots of the pivots, whose products are V; the last row is the mean, with -1 for the scores. */
        memset(Y, 0, (p + 1) * row * sizeof(V));
        for (int i = 0; i < p; i++) {
            V *at = Y + i * row;
            ys[i * side + i] = 1.0;
            for (int j = 0; j < i; j++)
                for (int x = 0; x <= j / LANES; x++) at[x] -= low[i * p + j] * Y[j * row + x];
            const double share = g[i * side + p] / d[i];
            for (int x = 0; x <= i / LANES; x++) mean[x] += share * at[x];
        }
        for (int i = 0; i < p; i++) {
            const double root = 1.0 / sqrt(d[i]);
            for (int x = 0; x <= i / LANES; x++) Y[i * row + x] *= root;
        }
        ys[p * side + p] = -1.0;
        memset(of_own, 0, (size_t)side * row * sizeof(V));
        NAME(products)(Y, p + 1, of_own, nc);
        const double kept = here > top ? exp(top - here) : 1.0, added = here > top ? 1.0 : exp(here - top);
        for (int x = 0; x < side * nc; x++) Z[x] = kept * Z[x] + added * of_own[x];
        total = kept * total + added, top = here > top ? here : top;
    }
    for (int x = 0; x < side * nc; x++) Z[x] *= 1.0 / total;
    NAME(mirror)(Z, nc);

    double lp = top + log(total) - 0.5 * ((double)entry * LOG_2PI + logs) + m->prior_const;
    int lost = 0;
    for (int j = 0; j < m->size; j++) {
        const double x = (theta[j] - m->centre[j]) / m->scale[j];
        lost |= !(fabs(x) <= FAR);
        lp -= 0.5 * x * x, gradient[j] = -x / m->scale[j];
    }
    if (lost || !isfinite(lp)) {
        *value = -INFINITY;
        return;
    }
    *value = lp;

    size_t ready = entry; /* QW holds the rows from here on, CHUNK of them */
    double Tb[3][3] = {{0}}, Qb[3][3] = {{0}}, Pb[3][3] = {{0}}, Rb[3] = {0};
    memset(bar, 0, 3 * row * sizeof(V)), memset(ubar, 0, 4 * (size_t)k * sizeof(double));
    const double *bars = (const double *)bar;
    V by[7] = {{0}}; /* T's entries that are not zero, row by row */
    for (int t = days - 1; t >= 0; t--) {
        for (int o = 2 + nd; o >= 0; o--) {
            const int device = o - 3;
            if (isnan(device < 0 ? m->y[3 * t + o] : m->nightly[(size_t)t * nd + device])) continue;
            entry--;
            if (entry < ready) {
                const size_t begun = ready > CHUNK ? ready - CHUNK : 0;
                NAME(through)(W + begun * row, (long)(ready - begun), Z, QW, p + 1, nc), ready = begun;
            }
            const NAME(Step) *now = step + entry;
            const int state = device < 0 ? o : 0;
            const double scale = device < 0 ? 1.0 : exp(theta[DAILY + 2 * device]);
            const V *w = W + entry * row, *qw = QW + (entry - ready) * row;
            V form = {0}, h0 = {0}, h1 = {0}, h2 = {0}, told = {0};
            const double k0 = now->gain[0], k1 = now->gain[1], k2 = now->gain[2], root = now->root;
            const V *seen = device < 0 ? w : D + --night * row;
            double last = 0.0;
            for (int x = 0; x < nc; x++) {
                const V b0 = bar[x], b1 = bar[nc + x], b2 = bar[2 * nc + x];
                form += qw[x] * w[x];
                h0 += b0 * w[x], h1 += b1 * w[x], h2 += b2 * w[x];
                const V back = -root * qw[x] - k0 * b0 - k1 * b1 - k2 * b2;
                bar[state * nc + x] += scale * back;
                if (device >= 0) told += back * seen[x];
                if (out_y && x == p / LANES) last = back[p % LANES];
            }
            /* w is e over the root of S, and the gain's adjoint is minus that of b times e. */
            const double stretch = -root * now->spread;
            const double kb[3] = {stretch * NAME(total)(h0), stretch * NAME(total)(h1), stretch * NAME(total)(h2)};
            double sb = -0.5 * now->inverse * (1.0 - NAME(total)(form)), colb[3];
            for (int i = 0; i < 3; i++) {
                const double pg = Pb[i][0] * now->col[0] + Pb[i][1] * now->col[1] + Pb[i][2] * now->col[2];
                colb[i] = now->inverse * (kb[i] - 2.0 * pg);
                sb += now->inverse * (pg - kb[i]) * now->gain[i];
            }
            for (int i = 0; i < 3; i++) Pb[i][state] += 0.5 * scale * colb[i], Pb[state][i] += 0.5 * scale * colb[i];
            Pb[state][state] += scale * scale * sb;
            if (device < 0) {
                Rb[o] += sb;
                if (out_y) out_y[3 * t + o] = last, out_s[3 * t + o] = sb;
            } else {
                double *own = gradient + DAILY + 2 * device;
                double by_scale = NAME(total)(told) + 2.0 * scale * now->prior[0] * sb;
                for (int i = 0; i < 3; i++) by_scale += colb[i] * now->prior[i];
                own[0] += scale * by_scale;
                own[1] += 2.0 * exp(2 * theta[DAILY + 2 * device + 1]) * sb;
            }
        }
        const V *old = X + 3 * (size_t)t * row;
        for (int j = 0; j < k; j++)
            for (int s = 0; s < 2; s++) {
                const double h = m->drive[((size_t)t * k + j) * 2 + s];
                const double u = t ? U[((size_t)t - 1) * 2 * k + 2 * j + s] : m->before[2 * j + s];
                double into = 0.0;
                for (int o = s; o <= 2 * s; o++) {
                    const double *c = bars + first + 3 * j + o;
                    into += c[o * side] - T[0][o] * c[0] - T[1][o] * c[side] - T[2][o] * c[2 * side];
                }
                const double all = ubar[2 * j + s] + into;
                kbar[2 * j + s] += all * (u - h), ubar[2 * j + s] = all * keep[2 * j + s];
            }
        for (int x = 0; x < nc; x++) {
            const V s = bar[x], y = bar[nc + x], f = bar[2 * nc + x];
            by[0] += s * old[x], by[1] += s * old[nc + x];
            by[2] += y * old[x], by[3] += y * old[nc + x];
            by[4] += f * old[x], by[5] += f * old[nc + x], by[6] += f * old[2 * nc + x];
            bar[x] = T[0][0] * s + T[1][0] * y + T[2][0] * f;
            bar[nc + x] = T[0][1] * s + T[1][1] * y + T[2][1] * f;
            bar[2 * nc + x] = T[2][2] * f;
        }
        for (int i = 0; i < 3; i++)
            for (int j = 0; j <= i; j++) Qb[i][j] += Pb[i][j];
        backcast(T, (const double(*)[3])(Pday + (size_t)t * 9), Pb, Tb);
    }
    Qb[0][1] = Qb[1][0], Qb[0][2] = Qb[2][0], Qb[1][2] = Qb[2][1];
    const double from_days[7] = {NAME(total)(by[0]), NAME(total)(by[1]), NAME(total)(by[2]), NAME(total)(by[3]),
                                 NAME(total)(by[4]), NAME(total)(by[5]), NAME(total)(by[6])};
    Tb[0][0] += from_days[0], Tb[0][1] += from_days[1], Tb[1][0] += from_days[2], Tb[1][1] += from_days[3];
    Tb[2][0] += from_days[4], Tb[2][1] += from_days[5], Tb[2][2] += from_days[6];
    double Mb[3][3] = {{0}}, next[3][3];
    for (int s = DOUBLINGS - 1; s >= 0; s--) {
        transpose(power[s], flipped);
        multiply(Mb, flipped, next), multiply_add(1, flipped, Mb, next);
        multiply(Pb, power[s], part), multiply_add(2, part, cov[s], next);
        memcpy(Mb, next, sizeof next), multiply_add(1, flipped, part, Pb);
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) Qb[i][j] += Pb[i][j], Tb[i][j] += Mb[i][j];

    double Lb[3][3] = {{0}}, At[3][3], Ab[3][3], Wb[3][3];
    transpose(A, At);
    multiply_add(1, Tb, At, Lb), multiply_add(2, Qb, LW, Lb);
    multiply(Lt, Tb, Ab), multiply(Lt, Qb, part), multiply(part, L, Wb);
    for (int o = 0; o < 3; o++) {
        gradient[o] += Ab[o][o] * (1.0 - phi[o] * phi[o]);
        gradient[7 + o] += 2.0 * wide[o] * Wb[o][o];
        gradient[10 + o] += 2.0 * R[o] * Rb[o];
    }
    gradient[3] += Lb[1][0] + Lb[2][0] * g21;
    gradient[4] += Lb[2][0];
    gradient[5] += Lb[2][1] + Lb[2][0] * g10;
    gradient[6] += Ab[0][1];
    for (int j = 0; j < k; j++)
        for (int s = 0; s < 2; s++)
            if (m->stretch[2 * j + s] != 0) {
                const double tau = exp(m->log_tau[2 * j + s] + m->stretch[2 * j + s] * onset[s]);
                gradient[13 + s] += m->stretch[2 * j + s] * kbar[2 * j + s] * keep[2 * j + s] / tau;
            }
}

static void NAME(slope)(const Problem *m, char *room, const double *theta, double *value, double *gradient, double *out_y,
                        double *out_s)
{
    const int nc = (m->p + LANES) / LANES; /* vectors in a row of p + 1: known to the compiler in the usual cases */
    switch (nc) {
    case 16 / LANES: NAME(slope_of)(m, room, theta, value, gradient, out_y, out_s, 16 / LANES); break;
    case 24 / LANES: NAME(slope_of)(m, room, theta, value, gradient, out_y, out_s, 24 / LANES); break;
    default: NAME(slope_of)(m, room, theta, value, gradient, out_y, out_s, nc);
    }
}

#undef CHUNK
