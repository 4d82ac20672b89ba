/* Softmax and its relatives over one floating-point type, REAL, whose e^x is EXP and whose name for it is NAME(f). */
#include "ckernels_softmax.h"
#include "variants.h"
#include <math.h>

enum { NAME(LANES) = 16 };

/* Each of these five is a loop on its own, so that it vectorises. A run has several sums side by side, always as many,
   so that they do not depend on the processor. */
CK_VARIANTS(NAME(greatest_of_row), (const REAL *x, ptrdiff_t n, REAL *greatest), {
    REAL lanes[NAME(LANES)];
    for (int lane = 0; lane < NAME(LANES); lane++) lanes[lane] = x[0];
    for (; n >= NAME(LANES); n -= NAME(LANES), x += NAME(LANES))
        for (int lane = 0; lane < NAME(LANES); lane++) lanes[lane] = x[lane] > lanes[lane] ? x[lane] : lanes[lane];
    for (ptrdiff_t i = 0; i < n; i++) lanes[i] = x[i] > lanes[i] ? x[i] : lanes[i];
    for (int lane = 1; lane < NAME(LANES); lane++) lanes[0] = lanes[lane] > lanes[0] ? lanes[lane] : lanes[0];
    *greatest = lanes[0];
})

CK_VARIANTS(NAME(exp_of_row), (const REAL *x, ptrdiff_t n, REAL greatest, REAL *y), {
    EXP_HINT for (ptrdiff_t i = 0; i < n; i++) y[i] = EXP(x[i] - greatest);
})

CK_VARIANTS(NAME(sum_of_row), (const REAL *x, ptrdiff_t n, double *sum), {
    double lanes[NAME(LANES)] = {0};
    for (; n >= NAME(LANES); n -= NAME(LANES), x += NAME(LANES))
        for (int lane = 0; lane < NAME(LANES); lane++) lanes[lane] += (double)x[lane];
    for (ptrdiff_t i = 0; i < n; i++) lanes[i] += (double)x[i];
    for (int lane = 1; lane < NAME(LANES); lane++) lanes[0] += lanes[lane];
    *sum = lanes[0];
})

CK_VARIANTS(NAME(divide_row), (REAL *y, ptrdiff_t n, REAL sum), {
    CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) y[i] /= sum;
})

CK_VARIANTS(NAME(subtract_of_row), (const REAL *x, ptrdiff_t n, REAL first, REAL second, REAL *y), {
    CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) y[i] = (x[i] - first) - second;
})

static void NAME(softmax_row)(const REAL *x, ptrdiff_t n, REAL *y) {
    REAL greatest;
    double sum;
    CK_PICK(NAME(greatest_of_row))(x, n, &greatest);
    CK_PICK(NAME(exp_of_row))(x, n, greatest, y);
    CK_PICK(NAME(sum_of_row))(y, n, &sum);
    CK_PICK(NAME(divide_row))(y, n, (REAL)sum);
}

static void NAME(log_softmax_row)(const REAL *x, ptrdiff_t n, REAL *y) {
    REAL greatest;
    double sum;
    CK_PICK(NAME(greatest_of_row))(x, n, &greatest);
    CK_PICK(NAME(exp_of_row))(x, n, greatest, y);
    CK_PICK(NAME(sum_of_row))(y, n, &sum);
    CK_PICK(NAME(subtract_of_row))(x, n, greatest, (REAL)log(sum), y);
}

/* Where the elements of one softmax lie apart, the inner dimension is what vectorises: y = e^(x - greatest), with the
   greatest elements and the sums of all of them at once. */
CK_VARIANTS(NAME(exp_of_columns),
            (const REAL *x, ptrdiff_t extent, ptrdiff_t inner, REAL *y, REAL *greatest, double *sum), {
    for (ptrdiff_t i = 0; i < inner; i++) greatest[i] = x[i];
    for (ptrdiff_t i = 0; i < inner; i++) sum[i] = 0;
    for (ptrdiff_t e = 1; e < extent; e++) {
        const REAL *row = x + e * inner;
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < inner; i++) greatest[i] = row[i] > greatest[i] ? row[i] : greatest[i];
    }
    for (ptrdiff_t e = 0; e < extent; e++) {
        const REAL *row = x + e * inner;
        REAL *result = y + e * inner;
        EXP_HINT for (ptrdiff_t i = 0; i < inner; i++) result[i] = EXP(row[i] - greatest[i]);
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < inner; i++) sum[i] += (double)result[i];
    }
})

static void NAME(softmax)(const void *source, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, void *target,
                          void *scratch) {
    const REAL *x = source;
    REAL *y = target;
    for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner, y += extent * inner) {
        if (inner == 1) {
            NAME(softmax_row)(x, extent, y);
            continue;
        }
        double *sum = scratch;
        CK_PICK(NAME(exp_of_columns))(x, extent, inner, y, (REAL *)(sum + inner), sum);
        for (ptrdiff_t e = 0; e < extent; e++)
            for (ptrdiff_t i = 0; i < inner; i++) y[e * inner + i] /= (REAL)sum[i];
    }
}

static void NAME(log_softmax)(const void *source, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, void *target,
                              void *scratch) {
    const REAL *x = source;
    REAL *y = target;
    for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner, y += extent * inner) {
        if (inner == 1) {
            NAME(log_softmax_row)(x, extent, y);
            continue;
        }
        double *sum = scratch;
        REAL *greatest = (REAL *)(sum + inner);
        CK_PICK(NAME(exp_of_columns))(x, extent, inner, y, greatest, sum);
        for (ptrdiff_t i = 0; i < inner; i++) sum[i] = log(sum[i]);
        for (ptrdiff_t e = 0; e < extent; e++)
            for (ptrdiff_t i = 0; i < inner; i++)
                y[e * inner + i] = (x[e * inner + i] - greatest[i]) - (REAL)sum[i];
    }
}

static void NAME(hardmax)(const void *source, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, void *target,
                          void *scratch) {
    const REAL *x = source;
    REAL *y = target;
    (void)scratch;
    for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner, y += extent * inner)
        for (ptrdiff_t i = 0; i < inner; i++) {
            ptrdiff_t best = 0;
            for (ptrdiff_t e = 0; e < extent; e++) {
                if (x[e * inner + i] > x[best * inner + i]) best = e;
                y[e * inner + i] = 0;
            }
            y[best * inner + i] = 1;
        }
}

static ck_softmax_loop NAME(find)(ck_softmax_kind kind) {
    switch (kind) {
    case CK_SOFTMAX: return NAME(softmax);
    case CK_LOG_SOFTMAX: return NAME(log_softmax);
    case CK_HARDMAX: return NAME(hardmax);
    }
    return 0;
}

#undef REAL
#undef NAME
#undef EXP
#undef EXP_HINT
