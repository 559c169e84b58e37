/* Distribution functions and quantiles of mixtures of normals, LANES components at a time: the fast twin of mixture.py.
 *
 * Included once per instruction set, after _kernel_slope.h.
 */

typedef long long NAME(Bits) __attribute__((vector_size(LANES * 8)));
#define ROUNDER 6755399441055744.0 /* 1.5 * 2^52: added and taken away it rounds, and leaves the whole number in the low bits */

INLINE V NAME(chosen)(NAME(Bits) where, V yes, V no)
{
    return (V)(((NAME(Bits))yes & where) | ((NAME(Bits))no & ~where));
}

/* exp(-x^2 / 2) for x of at most 37: by powers of two and a Taylor series on half of log 2, below 1e-15 relative. */
INLINE V NAME(bell)(V x)
{
    static const double term[] = {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                                  1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5,         1.0,
                                  1.0};
    const V y = -0.5 * x * x, shifted = y * 1.4426950408889634 + ROUNDER, whole = shifted - ROUNDER;
    const V r = (y - whole * 0.693147180369123816490) - whole * 1.90821492927058770002e-10;
    V sum = r * term[0] + term[1];
    for (int i = 2; i < 13; i++) sum = sum * r + term[i];
    return (V)((NAME(Bits))sum + ((NAME(Bits))shifted << 52));
}

/* The distribution function at x, and exp(-x^2 / 2) through *density. As ``normal_cdf``. */
INLINE V NAME(below)(V x, V *density)
{
    const V none = {0};
    V size = NAME(chosen)(x < 0, -x, x);
    size = NAME(chosen)(size > 37.0, none + 37.0, size);
    const NAME(Bits) far = size >= 7.07106781186547;
    const V near = NAME(chosen)(far, none + 7.07106781186547, size);
    V top = none + HART_TOP[0], bottom = none + HART_BOTTOM[0];
    for (int i = 1; i < 7; i++) top = top * near + HART_TOP[i];
    for (int i = 1; i < 8; i++) bottom = bottom * near + HART_BOTTOM[i];
    const V lower = NAME(bell)(size);
    V tail = lower * top / bottom;
    V chain = size + 0.65;
    for (int i = 4; i > 0; i--) chain = size + i / chain;
    tail = NAME(chosen)(far, lower / (chain * 2.506628274631000), tail);
    *density = lower;
    return NAME(chosen)(x > 0, 1.0 - tail, tail);
}

/* P(mixture <= x), and its density times the root of 2 pi through *slope. */
static double NAME(mixed)(double x, long groups, const V *weight, const V *mean, const V *inverse, double *slope)
{
    V total = {0}, dense = {0};
    for (long i = 0; i < groups; i++) {
        V bell;
        const V p = NAME(below)((x - mean[i]) * inverse[i], &bell);
        total += weight[i] * p, dense += weight[i] * inverse[i] * bell;
    }
    *slope = NAME(total)(dense);
    return NAME(total)(total);
}

static int NAME(mixture)(long f, long n, long limits, long wanted, const double *weight, const double *mean, const double *sd,
                         const double *limit, const double *quantile, const double *start, double *out_below, double *out_at)
{
    const long groups = (n + LANES - 1) / LANES;
    V *raw = aligned_alloc(64, ((size_t)groups * 3 * sizeof(V) + 63) / 64 * 64);
    if (!raw) return -1;
    V *w = raw, *m = raw + groups, *inverse = m + groups;
    double slope;
    for (long i = 0; i < groups * LANES; i++) ((double *)w)[i] = i < n ? weight[i] : 0.0;
    for (long row = 0; row < f; row++, mean += n, sd += n) {
        double centre = 0.0, spread = 0.0;
        for (long i = 0; i < groups * LANES; i++) {
            ((double *)m)[i] = i < n ? mean[i] : 0.0, ((double *)inverse)[i] = i < n ? 1.0 / sd[i] : 0.0;
            if (i < n) centre += weight[i] * mean[i];
        }
        for (long i = 0; i < n; i++) spread += weight[i] * (sd[i] * sd[i] + (mean[i] - centre) * (mean[i] - centre));
        spread = sqrt(spread);
        for (long j = 0; j < limits; j++) out_below[row * limits + j] = NAME(mixed)(limit[row * limits + j], groups, w, m, inverse, &slope);
        for (long j = 0; j < wanted; j++) {
            double x = centre + spread * start[j], low = centre - 40 * spread, high = centre + 40 * spread;
            double step = high - low, before = step; /* a Newton step must be less than half of the last but one, else halve */
            for (int turn = 0; turn < 100; turn++) {
                const double gap = NAME(mixed)(x, groups, w, m, inverse, &slope) - quantile[j];
                if (fabs(gap) < 1e-7) break;
                if (gap < 0) low = x;
                else high = x;
                const double newton = gap * 2.506628274631000502 / slope, next = x - newton;
                const int slow = !(next >= low && next <= high && fabs(newton) < 0.5 * before);
                before = step, step = slow ? 0.5 * (high - low) : fabs(newton);
                x = slow ? low + step : next;
            }
            out_at[row * wanted + j] = x;
        }
    }
    free(raw);
    return 0;
}

#undef ROUNDER
