/* Amounts of many patients carried from event to event: the fast twin of ``carry_by_numpy`` in carry.py, which is its meaning.
 *
 * One instruction set is enough here: each number is used two or three times, so the loop waits for memory and not for
 * arithmetic. No NumPy headers: arrays come as buffers of float64, and of int64 where they are indices.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { STEP, DOSE, ROW, STAYS, KEPT, ENTERS, WEIGHT, GUT, CENTRAL, OUT, ARRAYS };

typedef struct {
    long events, patients, terms, steps, rows;
    const int64_t *step, *row;
    const double *dose, *stays, *kept, *enters, *weight;
    double *gut, *central, *out;
} Carry;

static void carry(const Carry *m)
{
    const long n = m->patients, terms = m->terms;
    double *restrict gut = m->gut;
    for (long e = 0; e < m->events; e++) {
        if (m->step[e] >= 0) {
            const double *restrict stays = m->stays + m->step[e] * n;
            for (long i = 0; i < terms; i++) {
                const double *restrict kept = m->kept + (m->step[e] * terms + i) * n;
                const double *restrict enters = m->enters + (m->step[e] * terms + i) * n;
                double *restrict central = m->central + i * n;
                for (long p = 0; p < n; p++) central[p] = central[p] * kept[p] + enters[p] * gut[p];
            }
            for (long p = 0; p < n; p++) gut[p] *= stays[p];
        }
        if (m->row[e] < 0) {
            for (long p = 0; p < n; p++) gut[p] += m->dose[e];
            continue;
        }
        double *restrict out = m->out + m->row[e] * n;
        for (long p = 0; p < n; p++) out[p] = m->central[p] * m->weight[p];
        for (long i = 1; i < terms; i++)
            for (long p = 0; p < n; p++) out[p] += m->central[i * n + p] * m->weight[i * n + p];
    }
}

/* Every index points into its table. */
static int within(const int64_t *index, long count, long size)
{
    for (long i = 0; i < count; i++)
        if (index[i] < -1 || index[i] >= size) return 0;
    return 1;
}

static PyObject *kernel_carry(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *arrays, *result = NULL;
    Carry m;
    Py_buffer in[ARRAYS];
    int got = 0;
    if (!PyArg_ParseTuple(args, "lllllO!", &m.events, &m.patients, &m.terms, &m.steps, &m.rows, &PyTuple_Type, &arrays)) return NULL;
    if (PyTuple_GET_SIZE(arrays) != ARRAYS || m.events < 0 || m.patients < 1 || m.terms < 1 || m.steps < 0 || m.rows < 0) {
        PyErr_SetString(PyExc_ValueError, "ten arrays of sizes from zero on are wanted");
        return NULL;
    }
    const long lengths[ARRAYS] = {m.events,
                                  m.events,
                                  m.events,
                                  m.steps * m.patients,
                                  m.steps * m.terms * m.patients,
                                  m.steps * m.terms * m.patients,
                                  m.terms * m.patients,
                                  m.patients,
                                  m.terms * m.patients,
                                  m.rows * m.patients};
    void *at[ARRAYS];
    int sound = 1;
    for (; sound && got < ARRAYS; got++) {
        if (PyObject_GetBuffer(PyTuple_GET_ITEM(arrays, got), in + got, PyBUF_C_CONTIGUOUS | (got >= GUT ? PyBUF_WRITABLE : 0))) break;
        at[got] = in[got].buf;
        sound = in[got].len == (Py_ssize_t)((size_t)lengths[got] * 8);
    }
    if (sound && got == ARRAYS) {
        m.step = at[STEP], m.dose = at[DOSE], m.row = at[ROW], m.stays = at[STAYS], m.kept = at[KEPT], m.enters = at[ENTERS];
        m.weight = at[WEIGHT], m.gut = at[GUT], m.central = at[CENTRAL], m.out = at[OUT];
        if (within(m.step, m.events, m.steps) && within(m.row, m.events, m.rows)) {
            Py_BEGIN_ALLOW_THREADS
            carry(&m);
            Py_END_ALLOW_THREADS
            result = Py_NewRef(Py_None);
        }
    }
    for (int i = 0; i < got; i++) PyBuffer_Release(in + i);
    if (!result && !PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "an array has the wrong size, or an index points outside");
    return result;
}

static PyMethodDef methods[] = {
    {"carry", kernel_carry, METH_VARARGS,
     "carry(events, patients, terms, steps, rows, (step, dose, row, stays, kept, enters, weight, gut, central, out)): fill the rows of "
     "out that the events look at, and leave gut and central as they are after the last event."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Fast twin of the kinetics' event loop.", -1, methods, NULL,
                                    NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&module); }
