#include "ckernels_recurrent.h"
#include "Platform/dispatch.h"
#include <math.h>

static void activate(ck_activation activation, float clip, float *y, ptrdiff_t n) {
    if (!isinf(clip))
        for (ptrdiff_t i = 0; i < n; i++) y[i] = y[i] < -clip ? -clip : y[i] > clip ? clip : y[i];
    activation.loop(y, y, n, activation.p, activation.q);
}

static void add(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] += x[i];
}

static void add_product(const float *a, const float *b, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] += a[i] * b[i];
}

void ck_lstm_step(const ck_cell *cell, const float *x, float *r, const float *peepholes, bool couples, float *memory,
                  float *state) {
    ptrdiff_t n = cell->hidden;
    float *input = r, *output = r + n, *forget = r + 2 * n, *candidate = r + 3 * n;
    add(x, r, 4 * n);
    if (peepholes) {
        add_product(peepholes, memory, input, n);
        add_product(peepholes + 2 * n, memory, forget, n);
    }
    activate(cell->f, cell->clip, input, n);
    if (couples)
        for (ptrdiff_t i = 0; i < n; i++) forget[i] = 1 - input[i];
    else
        activate(cell->f, cell->clip, forget, n);
    activate(cell->g, cell->clip, candidate, n);
    for (ptrdiff_t i = 0; i < n; i++) memory[i] = forget[i] * memory[i] + input[i] * candidate[i];
    if (peepholes) add_product(peepholes + n, memory, output, n);
    activate(cell->f, cell->clip, output, n);
    for (ptrdiff_t i = 0; i < n; i++) state[i] = memory[i];
    activate(cell->h, INFINITY, state, n);
    for (ptrdiff_t i = 0; i < n; i++) state[i] *= output[i];
}

void ck_gru_gates(const ck_cell *cell, const float *x, float *r) {
    add(x, r, 2 * cell->hidden);
    activate(cell->f, cell->clip, r, 2 * cell->hidden);
}

void ck_gru_reset(const ck_cell *cell, const float *r, const float *state, float *reset) {
    for (ptrdiff_t i = 0, n = cell->hidden; i < n; i++) reset[i] = r[n + i] * state[i];
}

void ck_gru_finish(const ck_cell *cell, const float *x, const float *r, bool resets, float *candidate, float *state) {
    ptrdiff_t n = cell->hidden;
    if (resets)
        for (ptrdiff_t i = 0; i < n; i++) candidate[i] *= r[n + i];
    add(x + 2 * n, candidate, n);
    activate(cell->g, cell->clip, candidate, n);
    for (ptrdiff_t i = 0; i < n; i++) state[i] = (1 - r[i]) * candidate[i] + r[i] * state[i];
}

void ck_rnn_step(const ck_cell *cell, const float *x, float *r, float *state) {
    ptrdiff_t n = cell->hidden;
    add(x, r, n);
    activate(cell->f, cell->clip, r, n);
    for (ptrdiff_t i = 0; i < n; i++) state[i] = r[i];
}
