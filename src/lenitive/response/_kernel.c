/* The response likelihood, up to eight parameter vectors at a time: the fast twin of likelihood.py, which is its meaning.
 *
 * One file is compiled for three instruction sets and the one that the machine has is chosen when the module is
 * loaded, so a wheel runs anywhere and is fast where it can be. No NumPy headers: arrays come as buffers of float64.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define THETA 15
#define DOUBLINGS 8
#define FAR 10.0
#define LOG_2PI 1.8378770664093454835606594728112

typedef struct {
    int days, q, k, p, wide, entries;
    const double *y, *base, *drive, *before, *log_tau, *learned, *prior_mean, *prior_sd, *centre, *scale, *extra;
    double prior_const;
} Problem;

typedef struct {
    double *lp, *log_s, *mean, *cov, *gram;
} Out;

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)

#define NAME(x) JOIN(x, plain)
#define LANES 2
#define BLOCK 2
#include "_kernel_body.h"
#include "_kernel_slope.h"
#undef NAME
#undef V
#undef LANES
#undef BLOCK

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define CHOICES 1
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define NAME(x) JOIN(x, avx2)
#define LANES 4
#define BLOCK 2
#include "_kernel_body.h"
#include "_kernel_slope.h"
#undef NAME
#undef V
#undef LANES
#undef BLOCK
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")
#define NAME(x) JOIN(x, avx512)
#define LANES 8
#define BLOCK 4
#include "_kernel_body.h"
#include "_kernel_slope.h"
#undef NAME
#undef V
#undef LANES
#undef BLOCK
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
    const int block = level == 2 ? 4 : 2;
    m->wide = (m->p + 1 + block - 1) / block * block;
#ifdef CHOICES
    if (level == 2) return batch_avx512(m, theta, n, out);
    if (level == 1) return batch_avx2(m, theta, n, out);
#endif
    return batch_plain(m, theta, n, out);
}

static int slope(int level, Problem *m, const double *theta, double *value, double *gradient, double *out_y,
                 double *out_s)
{
#ifdef CHOICES
    if (level == 2) return slope_avx512(m, theta, value, gradient, out_y, out_s);
    if (level == 1) return slope_avx2(m, theta, value, gradient, out_y, out_s);
#endif
    (void)level;
    return slope_plain(m, theta, value, gradient, out_y, out_s);
}

enum { Y, BASE, DRIVE, BEFORE, LOG_TAU, LEARNED, PRIOR_MEAN, PRIOR_SD, CENTRE, SCALE, EXTRA, INPUTS };

static int sizes_agree(const Problem *m, const Py_buffer *in)
{
    const Py_ssize_t want[INPUTS] = {(Py_ssize_t)m->days * 3,
                                     (Py_ssize_t)m->days * m->q,
                                     (Py_ssize_t)m->days * m->k * 2,
                                     (Py_ssize_t)m->k * 2,
                                     (Py_ssize_t)m->k * 2,
                                     m->k,
                                     m->p,
                                     m->p,
                                     THETA,
                                     THETA,
                                     (Py_ssize_t)m->days * 3};
    for (int i = 0; i < INPUTS; i++)
        if (in[i].len != want[i] * (Py_ssize_t)sizeof(double)) return 0;
    return 1;
}

static int take(PyObject *arrays, int days, int q, int k, Problem *m, Py_buffer *in)
{
    int got = 0;
    if (!PyTuple_Check(arrays) || PyTuple_GET_SIZE(arrays) != INPUTS) {
        PyErr_SetString(PyExc_ValueError, "eleven arrays are wanted");
        return 0;
    }
    for (; got < INPUTS; got++)
        if (PyObject_GetBuffer(PyTuple_GET_ITEM(arrays, got), in + got, PyBUF_C_CONTIGUOUS)) break;
    *m = (Problem){.days = days, .q = q, .k = k, .p = 3 * (q + k)};
    int sound = got == INPUTS && days >= 0 && q > 0 && k >= 0 && sizes_agree(m, in);
    if (!sound) {
        for (int i = 0; i < got; i++) PyBuffer_Release(in + i);
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "an array has the wrong size");
        return 0;
    }
    m->y = in[Y].buf, m->base = in[BASE].buf, m->drive = in[DRIVE].buf, m->before = in[BEFORE].buf;
    m->log_tau = in[LOG_TAU].buf, m->learned = in[LEARNED].buf;
    m->prior_mean = in[PRIOR_MEAN].buf, m->prior_sd = in[PRIOR_SD].buf;
    m->centre = in[CENTRE].buf, m->scale = in[SCALE].buf, m->extra = in[EXTRA].buf;
    for (int i = 0; i < 3 * days; i++) m->entries += !isnan(m->y[i]);
    m->prior_const = -0.5 * THETA * LOG_2PI;
    for (int j = 0; j < THETA; j++) m->prior_const -= log(m->scale[j]);
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
    int days, q, k, level;
    Py_buffer theta, outs[5];
    if (!PyArg_ParseTuple(args, "O!iiiiy*w*w*w*w*w*", &PyTuple_Type, &arrays, &days, &q, &k, &level, &theta, outs,
                          outs + 1, outs + 2, outs + 3, outs + 4))
        return NULL;
    PyObject *result = NULL;
    Py_buffer in[INPUTS];
    Problem m;
    if (take(arrays, days, q, k, &m, in)) {
        const long n = (long)(theta.len / (Py_ssize_t)(THETA * sizeof(double)));
        const Py_ssize_t each[5] = {1, 1, m.p, (Py_ssize_t)m.p * m.p, (Py_ssize_t)(m.p + 1) * (m.p + 1)};
        double *to[5];
        int sound = theta.len == n * (Py_ssize_t)(THETA * sizeof(double)) && level >= 0 && level <= best();
        for (int i = 0; i < 5; i++) {
            to[i] = outs[i].len ? outs[i].buf : NULL;
            if (outs[i].len && outs[i].len != n * each[i] * (Py_ssize_t)sizeof(double)) sound = 0;
        }
        if (!sound)
            PyErr_SetString(PyExc_ValueError, "an array has the wrong size, or this machine lacks the level");
        else {
            const Out out = {to[0], to[1], to[2], to[3], to[4]};
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
    for (int i = 0; i < 5; i++) PyBuffer_Release(outs + i);
    return result;
}

static PyObject *kernel_slope(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays;
    int days, q, k, level;
    Py_buffer theta, gradient, by_y, by_s;
    if (!PyArg_ParseTuple(args, "O!iiiiy*w*w*w*", &PyTuple_Type, &arrays, &days, &q, &k, &level, &theta, &gradient, &by_y,
                          &by_s))
        return NULL;
    PyObject *result = NULL;
    Py_buffer in[INPUTS];
    Problem m;
    if (take(arrays, days, q, k, &m, in)) {
        const Py_ssize_t want = (Py_ssize_t)(THETA * sizeof(double));
        const Py_ssize_t each = (Py_ssize_t)(3 * (size_t)days * sizeof(double));
        const int wants = by_y.len != 0;
        if (theta.len != want || gradient.len != want || (wants && (by_y.len != each || by_s.len != each)) || level < 0 || level > best())
            PyErr_SetString(PyExc_ValueError, "an array has the wrong size, or this machine lacks the level");
        else {
            double value;
            int failed;
            Py_BEGIN_ALLOW_THREADS
            failed = slope(level, &m, theta.buf, &value, gradient.buf, wants ? by_y.buf : NULL, wants ? by_s.buf : NULL);
            Py_END_ALLOW_THREADS
            result = failed ? PyErr_NoMemory() : PyFloat_FromDouble(value);
        }
        give_back(in);
    }
    PyBuffer_Release(&theta);
    PyBuffer_Release(&gradient);
    PyBuffer_Release(&by_y);
    PyBuffer_Release(&by_s);
    return result;
}

static PyObject *kernel_level(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    return PyLong_FromLong(best());
}

static PyMethodDef methods[] = {
    {"batch", kernel_batch, METH_VARARGS,
     "batch(arrays, days, q, k, level, theta, lp, log_s, mean, cov, gram): fill the outputs that are not empty."},
    {"slope", kernel_slope, METH_VARARGS,
     "slope(arrays, days, q, k, level, theta, gradient, by_y, by_s): fill them, return the log posterior."},
    {"level", kernel_level, METH_NOARGS, "The best instruction set here: 0 plain, 1 AVX2, 2 AVX-512."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Fast twin of the response likelihood.", -1, methods,
                                    NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&module); }
