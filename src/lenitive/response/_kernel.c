/* The response likelihood, up to eight parameter vectors at a time: the fast twin of likelihood.py, which is its meaning.
 *
 * One file is compiled for three instruction sets and the one that the machine has is chosen when the module is
 * loaded, so a wheel runs anywhere and is fast where it can be. No NumPy headers: arrays come as buffers of float64.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DAILY 15 /* parameters of the diary alone; each device adds two */
#define DEVICES 4
#define PARTS 8 /* most components of the coefficients' prior */
#define LONGEST (DAILY + 2 * DEVICES)
#define DOUBLINGS 8
#define FAR 10.0
#define LOG_2PI 1.8378770664093454835606594728112

typedef struct {
    int days, q, k, devices, p, size, wide, stride, entries, nights, parts;
    const double *y, *base, *drive, *before, *log_tau, *stretch, *precision, *shift, *part_const, *centre, *scale, *extra;
    const double *nightly, *shared, *heads, *night_heads;
    double prior_const;
} Problem;

typedef struct {
    double *lp, *log_s, *share, *mean, *cov, *gram;
} Out;

/* What is asked of kept cross products under another prior: density, shares, and each direction's mean and variance. */
typedef struct {
    long n, directions;
    const double *gram, *log_s, *along;
    double *lp, *share, *mean, *var;
} Asked;

/* The arguments of latent.py's two functions; ``drug`` is 1 for the inputs that are drugs. */
typedef struct {
    long n, days, k;
    const double *drive, *before, *keep, *T, *effect, *drug;
    double *out_all, *out_drug;
} Responses;

typedef struct {
    long n, days, devices;
    const double *T, *Q, *R, *P0, *scale, *noise, *y, *night, *told, *worn, *extra;
    double *out_mean, *out_var;
} Smoothing;

/* Read once and used twice: without this the compiler reads it anew for each product, and loads are what is scarce. */
#if defined(__x86_64__) && defined(__GNUC__)
#define IN_REGISTER(x) __asm__("" : "+x"(x))
#else
#define IN_REGISTER(x) (void)0
#endif

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)

#define INLINE static inline __attribute__((always_inline))

INLINE void multiply(const double a[3][3], const double b[3][3], double out[3][3])
{
    double r[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) r[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
    memcpy(out, r, sizeof r);
}

INLINE void transpose(const double a[3][3], double out[3][3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) out[i][j] = a[j][i];
}

/* out += scale * a b */
INLINE void multiply_add(double scale, const double a[3][3], const double b[3][3], double out[3][3])
{
    double r[3][3];
    multiply(a, b, r);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) out[i][j] += scale * r[i][j];
}

/* P = T P T' + Q, where fatigue moves neither sleep nor pain. */
INLINE void forecast(const double T[3][3], const double Q[3][3], double P[3][3])
{
    double a[3][3];
    for (int j = 0; j < 3; j++) {
        a[0][j] = T[0][0] * P[0][j] + T[0][1] * P[1][j];
        a[1][j] = T[1][0] * P[0][j] + T[1][1] * P[1][j];
        a[2][j] = T[2][0] * P[0][j] + T[2][1] * P[1][j] + T[2][2] * P[2][j];
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j <= i; j++)
            P[i][j] = P[j][i] = a[i][0] * T[j][0] + a[i][1] * T[j][1] + a[i][2] * T[j][2] + Q[i][j];
}

/* The forecast's adjoint: P's adjoint before it, from that after it, and T's share of it, where T is not zero. */
INLINE void backcast(const double T[3][3], const double before[3][3], double P[3][3], double of_T[3][3])
{
    double a[3][3]; /* P T */
    for (int i = 0; i < 3; i++) {
        a[i][0] = P[i][0] * T[0][0] + P[i][1] * T[1][0] + P[i][2] * T[2][0];
        a[i][1] = P[i][0] * T[0][1] + P[i][1] * T[1][1] + P[i][2] * T[2][1];
        a[i][2] = P[i][2] * T[2][2];
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < (i < 2 ? 2 : 3); j++)
            of_T[i][j] += 2.0 * (a[i][0] * before[0][j] + a[i][1] * before[1][j] + a[i][2] * before[2][j]);
    for (int j = 0; j < 3; j++) {
        P[0][j] = T[0][0] * a[0][j] + T[1][0] * a[1][j] + T[2][0] * a[2][j];
        P[1][j] = T[0][1] * a[0][j] + T[1][1] * a[1][j] + T[2][1] * a[2][j];
        P[2][j] = T[2][2] * a[2][j];
    }
}

/* Hart's rational form of the normal distribution function, as in mixture.py. */
static const double HART_TOP[7] = {3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383,
                                   112.079291497871,     221.213596169931,  220.206867912376};
static const double HART_BOTTOM[8] = {8.83883476483184e-02, 1.75566716318264, 16.064177579207,  86.7807322029461,
                                      296.564248779674,     637.333633378831, 793.826512519948, 440.413735824752};

#define NAME(x) JOIN(x, plain)
#define LANES 2
#define TALL 4
#define BROAD 2
#include "_kernel_body.h"
#include "_kernel_slope.h"
#include "_kernel_mixture.h"
#include "_kernel_latent.h"
#undef NAME
#undef V
#undef LANES
#undef TALL
#undef BROAD

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define CHOICES 1
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define NAME(x) JOIN(x, avx2)
#define LANES 4
#define TALL 4
#define BROAD 2
#include "_kernel_body.h"
#include "_kernel_slope.h"
#include "_kernel_mixture.h"
#include "_kernel_latent.h"
#undef NAME
#undef V
#undef LANES
#undef TALL
#undef BROAD
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")
#define NAME(x) JOIN(x, avx512)
#define LANES 8
#define TALL 4
#define BROAD 4
#include "_kernel_body.h"
#include "_kernel_slope.h"
#include "_kernel_mixture.h"
#include "_kernel_latent.h"
#undef NAME
#undef V
#undef LANES
#undef TALL
#undef BROAD
#pragma GCC pop_options
#endif

/* 0 plain, 1 AVX2 with FMA, 2 AVX-512. */
static int best(void)
{
#ifdef CHOICES
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return 2;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
    return 0;
}

static int batch(int level, Problem *m, const double *theta, long n, const Out *out)
{
    m->wide = (m->p + 4) / 4 * 4;
#ifdef CHOICES
    if (level == 2) return batch_avx512(m, theta, n, out);
    if (level == 1) return batch_avx2(m, theta, n, out);
#endif
    return batch_plain(m, theta, n, out);
}

static size_t room_of(int level, const Problem *m)
{
#ifdef CHOICES
    if (level == 2) return room_avx512(m);
    if (level == 1) return room_avx2(m);
#endif
    (void)level;
    return room_plain(m);
}

static void slope(int level, const Problem *m, char *room, const double *theta, double *value, double *gradient, double *out_y,
                  double *out_s)
{
#ifdef CHOICES
    if (level == 2) {
        slope_avx512(m, room, theta, value, gradient, out_y, out_s);
        return;
    }
    if (level == 1) {
        slope_avx2(m, room, theta, value, gradient, out_y, out_s);
        return;
    }
#endif
    (void)level;
    slope_plain(m, room, theta, value, gradient, out_y, out_s);
}

static int mixture(int level, long f, long n, long limits, long wanted, double *const *a)
{
#ifdef CHOICES
    if (level == 2) return mixture_avx512(f, n, limits, wanted, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    if (level == 1) return mixture_avx2(f, n, limits, wanted, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
#endif
    (void)level;
    return mixture_plain(f, n, limits, wanted, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
}

static int resolve(int level, Problem *m, const Asked *asked)
{
    m->wide = (m->p + 4) / 4 * 4;
#ifdef CHOICES
    if (level == 2) return resolve_avx512(m, asked);
    if (level == 1) return resolve_avx2(m, asked);
#endif
    (void)level;
    return resolve_plain(m, asked);
}

static int respond(int level, const Responses *m)
{
#ifdef CHOICES
    if (level == 2) return respond_avx512(m);
    if (level == 1) return respond_avx2(m);
#endif
    (void)level;
    return respond_plain(m);
}

static int smooth(int level, const Smoothing *m)
{
#ifdef CHOICES
    if (level == 2) return smooth_avx512(m);
    if (level == 1) return smooth_avx2(m);
#endif
    (void)level;
    return smooth_plain(m);
}

enum {
    Y, BASE, DRIVE, BEFORE, LOG_TAU, STRETCH, PRECISION, SHIFT, PART_CONST, CENTRE, SCALE, EXTRA, NIGHTLY, SHARED, HEADS, NIGHT_HEADS,
    INPUTS
};

static int sizes_agree(const Problem *m, const Py_buffer *in)
{
    const Py_ssize_t want[INPUTS] = {(Py_ssize_t)m->days * 3,
                                     (Py_ssize_t)m->days * m->q,
                                     (Py_ssize_t)m->days * m->k * 2,
                                     (Py_ssize_t)m->k * 2,
                                     (Py_ssize_t)m->k * 2,
                                     (Py_ssize_t)m->k * 2,
                                     (Py_ssize_t)m->parts * m->p * m->p,
                                     (Py_ssize_t)m->parts * m->p,
                                     m->parts,
                                     m->size,
                                     m->size,
                                     (Py_ssize_t)m->days * 3,
                                     (Py_ssize_t)m->days * m->devices,
                                     m->q,
                                     (Py_ssize_t)m->days * 3 * m->stride,
                                     m->devices ? (Py_ssize_t)m->days * (1 + m->devices) * m->stride : 0};
    for (int i = 0; i < INPUTS; i++)
        if (in[i].len != want[i] * (Py_ssize_t)sizeof(double)) return 0;
    return 1;
}

static int take(PyObject *arrays, int days, int q, int k, int devices, Problem *m, Py_buffer *in)
{
    int got = 0;
    if (!PyTuple_Check(arrays) || PyTuple_GET_SIZE(arrays) != INPUTS) {
        PyErr_SetString(PyExc_ValueError, "sixteen arrays are wanted");
        return 0;
    }
    for (; got < INPUTS; got++)
        if (PyObject_GetBuffer(PyTuple_GET_ITEM(arrays, got), in + got, PyBUF_C_CONTIGUOUS)) break;
    *m = (Problem){.days = days, .q = q, .k = k, .devices = devices, .p = 3 * (q + k) + devices};
    m->size = DAILY + 2 * devices, m->stride = (m->p + 8) / 8 * 8;
    m->parts = got > PART_CONST ? (int)(in[PART_CONST].len / (Py_ssize_t)sizeof(double)) : 0;
    int sound = got == INPUTS && m->parts > 0 && m->parts <= PARTS && days >= 0 && q > 0 && k >= 0 && devices >= 0 && devices <= DEVICES && sizes_agree(m, in);
    if (!sound) {
        for (int i = 0; i < got; i++) PyBuffer_Release(in + i);
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "an array has the wrong size");
        return 0;
    }
    m->y = in[Y].buf, m->base = in[BASE].buf, m->drive = in[DRIVE].buf, m->before = in[BEFORE].buf;
    m->log_tau = in[LOG_TAU].buf, m->stretch = in[STRETCH].buf;
    m->precision = in[PRECISION].buf, m->shift = in[SHIFT].buf, m->part_const = in[PART_CONST].buf;
    m->centre = in[CENTRE].buf, m->scale = in[SCALE].buf, m->extra = in[EXTRA].buf;
    m->nightly = in[NIGHTLY].buf, m->shared = in[SHARED].buf, m->heads = in[HEADS].buf, m->night_heads = in[NIGHT_HEADS].buf;
    for (int i = 0; i < 3 * days; i++) m->entries += !isnan(m->y[i]);
    for (int i = 0; i < devices * days; i++) m->nights += !isnan(m->nightly[i]);
    m->prior_const = -0.5 * m->size * LOG_2PI;
    for (int j = 0; j < m->size; j++) m->prior_const -= log(m->scale[j]);
    return 1;
}

static void give_back(Py_buffer *in)
{
    for (int i = 0; i < INPUTS; i++) PyBuffer_Release(in + i);
}

static PyObject *kernel_batch(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    int days, q, k, devices, level;
    Py_buffer theta, outs[6];
    if (!PyArg_ParseTuple(args, "O!iiiiiy*w*w*w*w*w*w*", &PyTuple_Type, &arrays, &days, &q, &k, &devices, &level, &theta, outs,
                          outs + 1, outs + 2, outs + 3, outs + 4, outs + 5))
        return NULL;
    PyObject *result = NULL;
    Py_buffer in[INPUTS];
    Problem m;
    if (take(arrays, days, q, k, devices, &m, in)) {
        const long n = (long)(theta.len / (Py_ssize_t)(m.size * sizeof(double)));
        const Py_ssize_t parts = m.parts, each[6] = {1, 1, parts, parts * m.p, parts * m.p * m.p, (Py_ssize_t)(m.p + 1) * (m.p + 1)};
        double *to[6];
        int sound = theta.len == n * (Py_ssize_t)(m.size * sizeof(double)) && level >= 0 && level <= best();
        for (int i = 0; i < 6; i++) {
            to[i] = outs[i].len ? outs[i].buf : NULL;
            if (outs[i].len && outs[i].len != n * each[i] * (Py_ssize_t)sizeof(double)) sound = 0;
        }
        if (!sound)
            PyErr_SetString(PyExc_ValueError, "an array has the wrong size, or this machine lacks the level");
        else {
            const Out out = {to[0], to[1], to[2], to[3], to[4], to[5]};
            int failed;
            Py_BEGIN_ALLOW_THREADS
            failed = batch(level, &m, theta.buf, n, &out);
            Py_END_ALLOW_THREADS
            if (failed)
                PyErr_NoMemory();
            else
                result = Py_NewRef(Py_None);
        }
        give_back(in);
    }
    PyBuffer_Release(&theta);
    for (int i = 0; i < 6; i++) PyBuffer_Release(outs + i);
    return result;
}

/* Minus the log posterior and its gradient in the coordinates of inference.py: log total SD and log ratio in the places of the log
 * SDs of shocks and noise, all centred and scaled. */
static double slope_z(int level, const Problem *m, char *room, const double *centre, const double *scale, const double *z,
                      double *gradient)
{
    double theta[LONGEST], value;
    for (int i = 0; i < m->size; i++) theta[i] = centre[i] + scale[i] * z[i];
    for (int i = 7; i < 10; i++) {
        const double r = theta[i + 3], noise = theta[i] - 0.5 * (fmax(2 * r, 0.0) + log1p(exp(-fabs(2 * r))));
        theta[i] = noise + r, theta[i + 3] = noise;
    }
    slope(level, m, room, theta, &value, gradient, NULL, NULL);
    for (int i = 7; i < 10; i++) {
        const double shock = gradient[i], noise = gradient[i + 3];
        const double share = 1.0 / (1.0 + exp(fmin(2 * (theta[i + 3] - theta[i]), 700.0)));
        gradient[i] = shock + noise, gradient[i + 3] = (1 - share) * shock - share * noise;
    }
    for (int i = 0; i < m->size; i++) gradient[i] = isfinite(value) ? -gradient[i] * scale[i] : 0.0;
    return -value;
}

/* What ``inference.mode`` does, step for step. Leaves the gradient at the mode in g; returns whether it converged. */
static int climb(int level, const Problem *m, char *room, const double *centre, const double *scale, const double *first,
                 double tolerance, int limit, double *z, double *g, int *used)
{
    const int n = m->size;
    double metric[LONGEST][LONGEST] = {{0}}, step[LONGEST], trial[LONGEST], g_new[LONGEST], turned[LONGEST], both[LONGEST];
    double f = slope_z(level, m, room, centre, scale, z, g);
    int fresh = 1;
    *used = 1;
    for (int i = 0; i < n; i++) metric[i][i] = first[i];
    for (int turn = 0; turn < limit; turn++) {
        if (!isfinite(f)) return 0;
        double descent = 0.0, steepest = 0.0, length = 0.0;
        for (int i = 0; i < n; i++) {
            step[i] = 0.0;
            for (int j = 0; j < n; j++) step[i] -= metric[i][j] * g[j];
            descent += g[i] * step[i];
            steepest = fmax(steepest, fabs(g[i])), length = fmax(length, fabs(step[i]));
        }
        if (steepest < 1e-5 || (-descent < tolerance * tolerance && !fresh)) return 1;
        if (length > 1.5) {
            for (int i = 0; i < n; i++) step[i] *= 1.5 / length;
            descent *= 1.5 / length;
        }
        double part = 1.0, f_new = 0.0;
        int moved = 0;
        for (int cut = 0; cut < 12 && !moved; cut++) {
            for (int i = 0; i < n; i++) trial[i] = z[i] + part * step[i];
            f_new = slope_z(level, m, room, centre, scale, trial, g_new);
            ++*used;
            moved = isfinite(f_new) && f_new <= f + 1e-4 * part * descent;
            if (!moved) part *= 0.35;
        }
        if (!moved) {
            if (fresh) return -descent < 0.01;
            memset(metric, 0, sizeof metric);
            for (int i = 0; i < n; i++) metric[i][i] = first[i];
            fresh = 1;
            continue;
        }
        double curve = 0.0, along = 0.0;
        for (int i = 0; i < n; i++) curve += (trial[i] - z[i]) * (g_new[i] - g[i]);
        if (curve > 1e-10) {
            for (int i = 0; i < n; i++) {
                turned[i] = 0.0;
                for (int j = 0; j < n; j++) turned[i] += metric[i][j] * (g_new[j] - g[j]);
                turned[i] /= curve, along += (g_new[i] - g[i]) * turned[i];
            }
            for (int i = 0; i < n; i++) both[i] = (trial[i] - z[i]) * ((1.0 + along) / curve) - turned[i];
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) metric[i][j] += (trial[i] - z[i]) * both[j] - turned[i] * (trial[j] - z[j]);
            fresh = 0;
        }
        memcpy(z, trial, n * sizeof(double)), memcpy(g, g_new, n * sizeof(double));
        f = f_new;
    }
    return 0;
}

/* Bytes of room that slope wants for this problem. */
static PyObject *kernel_room(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    int days, q, k, devices, level;
    if (!PyArg_ParseTuple(args, "O!iiiii", &PyTuple_Type, &arrays, &days, &q, &k, &devices, &level)) return NULL;
    Py_buffer in[INPUTS];
    Problem m;
    if (!take(arrays, days, q, k, devices, &m, in)) return NULL;
    const size_t size = room_of(level, &m) + 64;
    give_back(in);
    return PyLong_FromSize_t(size);
}

static PyObject *kernel_slope(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    int days, q, k, devices, level;
    Py_buffer room, theta, gradient, by_y, by_s;
    if (!PyArg_ParseTuple(args, "O!iiiiiw*y*w*w*w*", &PyTuple_Type, &arrays, &days, &q, &k, &devices, &level, &room, &theta,
                          &gradient, &by_y, &by_s))
        return NULL;
    PyObject *result = NULL;
    Py_buffer in[INPUTS];
    Problem m;
    if (take(arrays, days, q, k, devices, &m, in)) {
        const Py_ssize_t want = (Py_ssize_t)(m.size * sizeof(double));
        const Py_ssize_t each = (Py_ssize_t)(3 * (size_t)days * sizeof(double));
        const int wants = by_y.len != 0;
        if (theta.len != want || gradient.len != want || (wants && (by_y.len != each || by_s.len != each)) || level < 0 ||
            level > best() || (size_t)room.len < room_of(level, &m) + 64)
            PyErr_SetString(PyExc_ValueError, "an array has the wrong size, or this machine lacks the level");
        else {
            double value;
            char *aligned = (char *)(((uintptr_t)room.buf + 63) / 64 * 64);
            Py_BEGIN_ALLOW_THREADS
            slope(level, &m, aligned, theta.buf, &value, gradient.buf, wants ? by_y.buf : NULL, wants ? by_s.buf : NULL);
            Py_END_ALLOW_THREADS
            result = PyFloat_FromDouble(value);
        }
        give_back(in);
    }
    PyBuffer_Release(&room);
    PyBuffer_Release(&theta);
    PyBuffer_Release(&gradient);
    PyBuffer_Release(&by_y);
    PyBuffer_Release(&by_s);
    return result;
}

static PyObject *kernel_climb(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    int days, q, k, devices, level, limit;
    double tolerance;
    Py_buffer room, centre, scale, first, z, g, hessian;
    if (!PyArg_ParseTuple(args, "O!iiiiiw*y*y*y*diw*w*w*", &PyTuple_Type, &arrays, &days, &q, &k, &devices, &level, &room, &centre,
                          &scale, &first, &tolerance, &limit, &z, &g, &hessian))
        return NULL;
    PyObject *result = NULL;
    Py_buffer in[INPUTS];
    Problem m;
    if (take(arrays, days, q, k, devices, &m, in)) {
        const Py_ssize_t want = (Py_ssize_t)(m.size * sizeof(double));
        if (centre.len != want || scale.len != want || first.len != want || z.len != want || g.len != want ||
            (hessian.len && hessian.len != want * m.size) || level < 0 || level > best() || (size_t)room.len < room_of(level, &m) + 64)
            PyErr_SetString(PyExc_ValueError, "an array has the wrong size, or this machine lacks the level");
        else {
            char *aligned = (char *)(((uintptr_t)room.buf + 63) / 64 * 64);
            int used, converged;
            Py_BEGIN_ALLOW_THREADS
            converged = climb(level, &m, aligned, centre.buf, scale.buf, first.buf, tolerance, limit, z.buf, g.buf, &used);
            if (hessian.len) {
                const double h = 1e-3, *at = z.buf, *here = g.buf;
                double moved[LONGEST], there[LONGEST], *H = hessian.buf;
                for (int i = 0; i < m.size; i++) {
                    memcpy(moved, at, m.size * sizeof(double)), moved[i] += h;
                    slope_z(level, &m, aligned, centre.buf, scale.buf, moved, there);
                    for (int j = 0; j < m.size; j++) H[i * m.size + j] = (there[j] - here[j]) / h;
                }
                used += m.size;
            }
            Py_END_ALLOW_THREADS
            result = Py_BuildValue("Oi", converged ? Py_True : Py_False, used);
        }
        give_back(in);
    }
    PyBuffer_Release(&room);
    PyBuffer_Release(&centre);
    PyBuffer_Release(&scale);
    PyBuffer_Release(&first);
    PyBuffer_Release(&z);
    PyBuffer_Release(&g);
    PyBuffer_Release(&hessian);
    return result;
}

static PyObject *kernel_mixture(PyObject *self, PyObject *args)
{
    (void)self;
    int level;
    Py_buffer in[8];
    if (!PyArg_ParseTuple(args, "iy*y*y*y*y*y*w*w*", &level, in, in + 1, in + 2, in + 3, in + 4, in + 5, in + 6, in + 7))
        return NULL;
    PyObject *result = NULL;
    long size[8];
    double *at[8];
    for (int i = 0; i < 8; i++) size[i] = (long)(in[i].len / (Py_ssize_t)sizeof(double)), at[i] = in[i].buf;
    const long n = size[0], f = n ? size[1] / n : 0, limits = f ? size[3] / f : 0, wanted = size[4];
    const int sound = n > 0 && f > 0 && size[1] == f * n && size[2] == f * n && size[3] == f * limits && size[5] == wanted &&
                      size[6] == f * limits && size[7] == f * wanted && level >= 0 && level <= best();
    if (!sound)
        PyErr_SetString(PyExc_ValueError, "an array has the wrong size, or this machine lacks the level");
    else {
        int failed;
        Py_BEGIN_ALLOW_THREADS
        failed = mixture(level, f, n, limits, wanted, at);
        Py_END_ALLOW_THREADS
        result = failed ? PyErr_NoMemory() : Py_NewRef(Py_None);
    }
    for (int i = 0; i < 8; i++) PyBuffer_Release(in + i);
    return result;
}

/* Arrays of float64 of the given lengths from a tuple, the last ``outputs`` of them writable. */
static int take_all(PyObject *arrays, int count, int outputs, const long *lengths, Py_buffer *in, double **at)
{
    int got = 0, sound = PyTuple_GET_SIZE(arrays) == count;
    for (; sound && got < count; got++) {
        const int flags = PyBUF_C_CONTIGUOUS | (got >= count - outputs ? PyBUF_WRITABLE : 0);
        if (PyObject_GetBuffer(PyTuple_GET_ITEM(arrays, got), in + got, flags)) break;
        at[got] = in[got].buf;
        sound = in[got].len == (Py_ssize_t)((size_t)lengths[got] * sizeof(double));
    }
    if (sound && got == count) return 1;
    for (int i = 0; i < got; i++) PyBuffer_Release(in + i);
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "an array is missing or has the wrong size");
    return 0;
}

static PyObject *finished(int failed, Py_buffer *in, int count)
{
    for (int i = 0; i < count; i++) PyBuffer_Release(in + i);
    return failed ? PyErr_NoMemory() : Py_NewRef(Py_None);
}

static int sound_shape(int level, long n, long days, long others)
{
    if (n > 0 && days > 0 && others >= 0 && level >= 0 && level <= best()) return 1;
    PyErr_SetString(PyExc_ValueError, "a size is wrong, or this machine lacks the level");
    return 0;
}

static PyObject *kernel_resolve(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    int level, failed;
    long n, p, parts, directions, scores;
    Py_buffer in[10];
    double *at[10];
    if (!PyArg_ParseTuple(args, "illlllO!", &level, &n, &p, &parts, &directions, &scores, &PyTuple_Type, &arrays)) return NULL;
    if (!sound_shape(level, n, p, directions)) return NULL;
    if (parts < 1 || parts > PARTS || scores < 0) {
        PyErr_SetString(PyExc_ValueError, "a size is wrong");
        return NULL;
    }
    const long lengths[10] = {n * (p + 1) * (p + 1), n, parts * p * p, parts * p, parts, directions * p, n, n * parts,
                              n * parts * directions, n * parts * directions};
    if (!take_all(arrays, 10, 4, lengths, in, at)) return NULL;
    Problem m = {.p = (int)p, .parts = (int)parts, .entries = (int)scores, .precision = at[2], .shift = at[3], .part_const = at[4]};
    const Asked asked = {n, directions, at[0], at[1], at[5], at[6], at[7], at[8], at[9]};
    Py_BEGIN_ALLOW_THREADS
    failed = resolve(level, &m, &asked);
    Py_END_ALLOW_THREADS
    return finished(failed, in, 10);
}

static PyObject *kernel_respond(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    int level, failed;
    long n, days, k;
    Py_buffer in[8];
    double *at[8];
    if (!PyArg_ParseTuple(args, "illlO!", &level, &n, &days, &k, &PyTuple_Type, &arrays)) return NULL;
    if (!sound_shape(level, n, days, k)) return NULL;
    const long lengths[8] = {days * k * 2, k * 2, n * k * 2, n * 9, n * k * 3, k, days * n * 3, days * n * 3};
    if (!take_all(arrays, 8, 2, lengths, in, at)) return NULL;
    const Responses m = {n, days, k, at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]};
    Py_BEGIN_ALLOW_THREADS
    failed = respond(level, &m);
    Py_END_ALLOW_THREADS
    return finished(failed, in, 8);
}

static PyObject *kernel_smooth(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    int level, failed;
    long n, days, a;
    Py_buffer in[13];
    double *at[13];
    if (!PyArg_ParseTuple(args, "illlO!", &level, &n, &days, &a, &PyTuple_Type, &arrays)) return NULL;
    if (!sound_shape(level, n, days, a)) return NULL;
    const long lengths[13] = {n * 9, n * 9,    n * 3,    n * 9,        n * a,        n * a, days * n * 3, days * n * a,
                              days * 3, days * a, days * 3, days * n * 3, days * n * 3};
    if (!take_all(arrays, 13, 2, lengths, in, at)) return NULL;
    const Smoothing m = {n,     days,  a,     at[0], at[1], at[2],  at[3],  at[4],
                         at[5], at[6], at[7], at[8], at[9], at[10], at[11], at[12]};
    Py_BEGIN_ALLOW_THREADS
    failed = smooth(level, &m);
    Py_END_ALLOW_THREADS
    return finished(failed, in, 13);
}

/* As filters.py: one delay after another, a day after another. */
static PyObject *kernel_first_order(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    long days, k;
    Py_buffer in[3];
    double *at[3];
    if (!PyArg_ParseTuple(args, "llO!", &days, &k, &PyTuple_Type, &arrays)) return NULL;
    if (days < 0 || k < 0) {
        PyErr_SetString(PyExc_ValueError, "a size is wrong");
        return NULL;
    }
    const long lengths[3] = {days, k, k * days};
    if (!take_all(arrays, 3, 1, lengths, in, at)) return NULL;
    for (long j = 0; j < k; j++) {
        double state = 0.0;
        for (long t = 0; t < days; t++) at[2][j * days + t] = state = at[0][t] + (state - at[0][t]) * at[1][j];
    }
    return finished(0, in, 3);
}

static PyObject *kernel_level(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    return PyLong_FromLong(best());
}

static PyMethodDef methods[] = {
    {"batch", kernel_batch, METH_VARARGS,
     "batch(arrays, days, q, k, devices, level, theta, lp, log_s, share, mean, cov, gram): fill the outputs that are not empty."},
    {"room", kernel_room, METH_VARARGS, "room(arrays, days, q, k, devices, level): bytes that slope works in."},
    {"slope", kernel_slope, METH_VARARGS,
     "slope(arrays, days, q, k, devices, level, room, theta, gradient, by_y, by_s): fill them, return the log posterior."},
    {"climb", kernel_climb, METH_VARARGS,
     "climb(arrays, days, q, k, devices, level, room, centre, scale, first, tolerance, limit, z, g, hessian): z to the mode, g the "
     "gradient there, the Hessian where it is not empty; returns whether it converged and the gradients used."},
    {"mixture", kernel_mixture, METH_VARARGS,
     "mixture(level, weight, mean, sd, limits, quantiles, start, below, at): fill the last two."},
    {"resolve", kernel_resolve, METH_VARARGS,
     "resolve(level, n, p, parts, directions, scores, (gram, log_s, precision, shift, const, along, lp, share, mean, var)): fill the last "
     "four."},
    {"respond", kernel_respond, METH_VARARGS,
     "respond(level, n, days, k, (drive, before, keep, T, effect, drug, all, drugs)): fill the last two."},
    {"smooth", kernel_smooth, METH_VARARGS,
     "smooth(level, n, days, devices, (T, Q, R, P0, scale, noise, y, night, told, worn, extra, mean, var)): fill the last two."},
    {"first_order", kernel_first_order, METH_VARARGS, "first_order(days, k, (signal, keep, out)): fill the last."},
    {"level", kernel_level, METH_NOARGS, "The best instruction set here: 0 plain, 1 AVX2, 2 AVX-512."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Fast twin of the response likelihood.", -1, methods,
                                    NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&module); }
