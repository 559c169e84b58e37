/* What the inputs move the outcomes by, and the smoother of the rest, LANES draws at a time: the fast twin of latent.py.
 *
 * Included once per instruction set, after _kernel_mixture.h. A group of draws is filled up with the last one, whose answer
 * is then written once.
 */

/* Entry ``at`` of each of the group's draws, from rows of ``wide`` numbers. */
INLINE V NAME(gathered)(const double *from, long wide, long at, long group, long n)
{
    V out;
    for (long lane = 0; lane < LANES; lane++) {
        const long draw = group + lane < n ? group + lane : n - 1;
        ((double *)&out)[lane] = from[draw * wide + at];
    }
    return out;
}

INLINE void NAME(scattered)(V value, double *to, long wide, long at, long group, long n)
{
    for (long lane = 0; lane < LANES && group + lane < n; lane++) to[(group + lane) * wide + at] = ((double *)&value)[lane];
}

static int NAME(respond)(const Responses *m)
{
    const long n = m->n, k = m->k;
    V *room = aligned_alloc(64, ((size_t)(7 * k + 1) * sizeof(V) + 63) / 64 * 64);
    if (!room) return -1;
    V *u = room, *keep = u + 2 * k, *effect = keep + 2 * k;
    for (long group = 0; group < n; group += LANES) {
        V T[9], entry[9], all[3] = {{0}}, drug[3] = {{0}};
        for (int i = 0; i < 9; i++) T[i] = NAME(gathered)(m->T, 9, i, group, n), entry[i] = (i % 4 ? 0.0 : 1.0) - T[i];
        for (long i = 0; i < 2 * k; i++) keep[i] = NAME(gathered)(m->keep, 2 * k, i, group, n), u[i] = (V){0} + m->before[i];
        for (long i = 0; i < 3 * k; i++) effect[i] = NAME(gathered)(m->effect, 3 * k, i, group, n);
        for (long t = -1; t < m->days; t++) { /* the day before the first is the steady state to begin with */
            V push[3] = {{0}}, push_drug[3] = {{0}}, next[3], next_drug[3];
            for (long j = 0; j < k; j++) {
                if (t >= 0)
                    for (int s = 0; s < 2; s++) {
                        const double goal = m->drive[(t * k + j) * 2 + s];
                        u[2 * j + s] = goal + (u[2 * j + s] - goal) * keep[2 * j + s];
                    }
                for (int o = 0; o < 3; o++) {
                    const V add = effect[3 * j + o] * u[2 * j + (o > 0)];
                    push[o] += add, push_drug[o] += m->drug[j] * add;
                }
            }
            if (t < 0) {
                memcpy(all, push, sizeof push), memcpy(drug, push_drug, sizeof push_drug);
                continue;
            }
            for (int o = 0; o < 3; o++) {
                const V *a = T + 3 * o, *b = entry + 3 * o;
                next[o] = a[0] * all[0] + a[1] * all[1] + a[2] * all[2] + b[0] * push[0] + b[1] * push[1] + b[2] * push[2];
                next_drug[o] = a[0] * drug[0] + a[1] * drug[1] + a[2] * drug[2] + b[0] * push_drug[0] + b[1] * push_drug[1] +
                               b[2] * push_drug[2];
            }
            memcpy(all, next, sizeof next), memcpy(drug, next_drug, sizeof next_drug);
            for (int o = 0; o < 3; o++) {
                NAME(scattered)(all[o], m->out_all + t * n * 3, 3, o, group, n);
                NAME(scattered)(drug[o], m->out_drug + t * n * 3, 3, o, group, n);
            }
        }
    }
    free(room);
    return 0;
}

typedef struct {
    V a[3], P[3][3];
} NAME(State);

/* One reading of ``scale`` times state ``o``: the state given it. */
INLINE void NAME(learn)(NAME(State) *x, int o, V scale, V noise, V seen)
{
    V cover[3], gain[3];
    for (int i = 0; i < 3; i++) cover[i] = x->P[i][o] * scale;
    const V spread = cover[o] * scale + noise, off = seen - scale * x->a[o];
    for (int i = 0; i < 3; i++) gain[i] = cover[i] / spread, x->a[i] += gain[i] * off;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) x->P[i][j] -= gain[i] * cover[j];
}

/* Tomorrow as it looks from a day, and T P, which the way back needs too. */
INLINE void NAME(ahead)(const V T[3][3], const V Q[3][3], const NAME(State) *now, NAME(State) *next, V moved[3][3])
{
    for (int i = 0; i < 3; i++) {
        next->a[i] = T[i][0] * now->a[0] + T[i][1] * now->a[1] + T[i][2] * now->a[2];
        for (int j = 0; j < 3; j++) moved[i][j] = T[i][0] * now->P[0][j] + T[i][1] * now->P[1][j] + T[i][2] * now->P[2][j];
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            next->P[i][j] = moved[i][0] * T[j][0] + moved[i][1] * T[j][1] + moved[i][2] * T[j][2] + Q[i][j];
}

/* b becomes the inverse of S times b, by S = L D L'. */
INLINE void NAME(divide)(const V S[3][3], V b[3][3])
{
    const V d0 = S[0][0], l10 = S[1][0] / d0, l20 = S[2][0] / d0, d1 = S[1][1] - l10 * S[1][0];
    const V l21 = (S[2][1] - l20 * S[1][0]) / d1, d2 = S[2][2] - l20 * S[2][0] - l21 * l21 * d1;
    for (int j = 0; j < 3; j++) {
        const V z0 = b[0][j], z1 = b[1][j] - l10 * z0, z2 = b[2][j] - l20 * z0 - l21 * z1;
        b[2][j] = z2 / d2;
        b[1][j] = z1 / d1 - l21 * b[2][j];
        b[0][j] = z0 / d0 - l10 * b[1][j] - l20 * b[2][j];
    }
}

static int NAME(smooth)(const Smoothing *m)
{
    const long n = m->n, days = m->days, devices = m->devices;
    NAME(State) *known = aligned_alloc(64, ((size_t)(days + 1) * sizeof(NAME(State)) + 63) / 64 * 64);
    if (!known) return -1;
    for (long group = 0; group < n; group += LANES) {
        V T[3][3], Q[3][3], moved[3][3];
        NAME(State) *x = known + days, next; /* the state before the first day stands behind the last */
        for (int i = 0; i < 3; i++) {
            x->a[i] = (V){0};
            for (int j = 0; j < 3; j++) {
                T[i][j] = NAME(gathered)(m->T, 9, 3 * i + j, group, n), Q[i][j] = NAME(gathered)(m->Q, 9, 3 * i + j, group, n);
                x->P[i][j] = NAME(gathered)(m->P0, 9, 3 * i + j, group, n);
            }
        }
        for (long t = 0; t < days; t++) {
            NAME(ahead)(T, Q, x, known + t, moved);
            x = known + t;
            for (int o = 0; o < 3; o++)
                if (!isnan(m->told[3 * t + o]))
                    NAME(learn)(x, o, (V){0} + 1.0, NAME(gathered)(m->R, 3, o, group, n) + m->extra[3 * t + o],
                                NAME(gathered)(m->y + 3 * t * n, 3, o, group, n));
            for (long a = 0; a < devices; a++)
                if (!isnan(m->worn[devices * t + a]))
                    NAME(learn)(x, 0, NAME(gathered)(m->scale, devices, a, group, n), NAME(gathered)(m->noise, devices, a, group, n),
                                NAME(gathered)(m->night + devices * t * n, devices, a, group, n));
        }
        NAME(State) all = known[days - 1]; /* given every day */
        for (long t = days - 1; t >= 0; t--) {
            if (t < days - 1) {
                V rest[3], change[3][3], half[3][3];
                const NAME(State) *now = known + t;
                NAME(ahead)(T, Q, now, &next, moved);
                NAME(divide)((const V(*)[3])next.P, moved); /* its transpose is the smoother's gain */
                for (int i = 0; i < 3; i++) {
                    rest[i] = all.a[i] - next.a[i];
                    for (int j = 0; j < 3; j++) change[i][j] = all.P[i][j] - next.P[i][j];
                }
                for (int i = 0; i < 3; i++) {
                    all.a[i] = now->a[i] + moved[0][i] * rest[0] + moved[1][i] * rest[1] + moved[2][i] * rest[2];
                    for (int j = 0; j < 3; j++)
                        half[i][j] = moved[0][i] * change[0][j] + moved[1][i] * change[1][j] + moved[2][i] * change[2][j];
                }
                for (int i = 0; i < 3; i++)
                    for (int j = 0; j < 3; j++)
                        all.P[i][j] = now->P[i][j] + half[i][0] * moved[0][j] + half[i][1] * moved[1][j] + half[i][2] * moved[2][j];
            }
            for (int o = 0; o < 3; o++) {
                NAME(scattered)(all.a[o], m->out_mean + 3 * t * n, 3, o, group, n);
                NAME(scattered)(all.P[o][o], m->out_var + 3 * t * n, 3, o, group, n);
            }
        }
    }
    free(known);
    return 0;
}
