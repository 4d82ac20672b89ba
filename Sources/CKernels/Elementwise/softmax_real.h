/* Softmax and its relatives over one floating-point type, REAL, whose e^x for x <= 0 is EXP and whose name for it is
   NAME(f). */
#include "ckernels_softmax.h"
#include "Platform/lanes.h"
#include "Platform/dispatch.h"
#include <math.h>
#include <string.h>

#ifndef ROWS_TOGETHER
#define ROWS_TOGETHER 8
#define SHORT_ROW 8
#define ROWS_SIDE_BY_SIDE 64
#endif

typedef REAL NAME(eight) __attribute__((ext_vector_type(8)));
typedef REAL NAME(four) __attribute__((ext_vector_type(4)));

/* The last CK_SIDE_BY_SIDE of at least as many elements: a row that is no multiple of them ends in a vector that
   reaches back over the one before it. */
static inline __attribute__((always_inline)) void NAME(load_last)(const REAL *x, ptrdiff_t n, NAME(ck_lanes) *last) {
    memcpy(last, x + n - CK_SIDE_BY_SIDE, sizeof *last);
}

static inline __attribute__((always_inline)) REAL NAME(greatest_of_row)(const REAL *x, ptrdiff_t n) {
    NAME(ck_lanes) greatest = x[0], next = x[0];
    for (ptrdiff_t i = 0; i + CK_SIDE_BY_SIDE <= n; i += CK_SIDE_BY_SIDE) {
        memcpy(&next, x + i, sizeof next);
        greatest = next > greatest ? next : greatest;
    }
    if (n < CK_SIDE_BY_SIDE)
        memcpy(&next, x, (size_t)n * sizeof *x);
    else
        NAME(load_last)(x, n, &next);
    greatest = next > greatest ? next : greatest;
    NAME(eight) half = greatest.lo > greatest.hi ? greatest.lo : greatest.hi;
    NAME(four) quarter = half.lo > half.hi ? half.lo : half.hi;
    REAL even = quarter.x > quarter.z ? quarter.x : quarter.z, odd = quarter.y > quarter.w ? quarter.y : quarter.w;
    return even > odd ? even : odd;
}

static inline __attribute__((always_inline)) double NAME(sum_of_row)(const REAL *x, ptrdiff_t n) {
    ck_lanes_of_double sum = 0;
    NAME(ck_lanes) next = 0;
    ptrdiff_t whole = n - n % CK_SIDE_BY_SIDE, rest = n - whole;
    for (ptrdiff_t i = 0; i < whole; i += CK_SIDE_BY_SIDE) {
        memcpy(&next, x + i, sizeof next);
        sum += __builtin_convertvector(next, ck_lanes_of_double);
    }
    if (!rest) return ck_total(&sum);
    if (!whole) {
        memcpy(&next, x, (size_t)n * sizeof *x);
    } else {
        const NAME(ck_lanes) index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        NAME(load_last)(x, n, &next);
        next = index >= (REAL)(CK_SIDE_BY_SIDE - rest) ? next : (NAME(ck_lanes))0;
    }
    sum += __builtin_convertvector(next, ck_lanes_of_double);
    return ck_total(&sum);
}

/* y = e^(x - greatest); the last vector is computed first, since y may be x. */
static inline __attribute__((always_inline)) void NAME(exp_of_row)(const REAL *x, REAL greatest, ptrdiff_t n, REAL *y) {
    if (n < CK_SIDE_BY_SIDE) {
        EXP_HINT for (ptrdiff_t i = 0; i < n; i++) y[i] = EXP(x[i] - greatest);
        return;
    }
    REAL last[CK_SIDE_BY_SIDE];
    EXP_HINT for (int l = 0; l < CK_SIDE_BY_SIDE; l++) last[l] = EXP(x[n - CK_SIDE_BY_SIDE + l] - greatest);
    for (ptrdiff_t i = 0; i + CK_SIDE_BY_SIDE < n; i += CK_SIDE_BY_SIDE)
        EXP_HINT for (int l = 0; l < CK_SIDE_BY_SIDE; l++) y[i + l] = EXP(x[i + l] - greatest);
    memcpy(y + n - CK_SIDE_BY_SIDE, last, sizeof last);
}

/* y = y / sum in the same way. */
static inline __attribute__((always_inline)) void NAME(divide_row)(REAL *y, REAL sum, ptrdiff_t n) {
    if (n < CK_SIDE_BY_SIDE) {
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) y[i] /= sum;
        return;
    }
    NAME(ck_lanes) next, last;
    NAME(load_last)(y, n, &last);
    last /= sum;
    for (ptrdiff_t i = 0; i + CK_SIDE_BY_SIDE < n; i += CK_SIDE_BY_SIDE) {
        memcpy(&next, y + i, sizeof next);
        next /= sum;
        memcpy(y + i, &next, sizeof next);
    }
    memcpy(y + n - CK_SIDE_BY_SIDE, &last, sizeof last);
}

/* Every step goes over several rows before the next one does, so that none waits for the one before. */
CK_VARIANTS(NAME(softmax_rows), (const REAL *x, ptrdiff_t rows, ptrdiff_t n, REAL *y), {
    REAL greatest[ROWS_TOGETHER], sum[ROWS_TOGETHER];
    for (ptrdiff_t count; rows > 0; rows -= count, x += count * n, y += count * n) {
        count = rows < ROWS_TOGETHER ? rows : ROWS_TOGETHER;
        for (ptrdiff_t r = 0; r < count; r++) greatest[r] = NAME(greatest_of_row)(x + r * n, n);
        for (ptrdiff_t r = 0; r < count; r++) NAME(exp_of_row)(x + r * n, greatest[r], n, y + r * n);
        for (ptrdiff_t r = 0; r < count; r++) sum[r] = (REAL)NAME(sum_of_row)(y + r * n, n);
        for (ptrdiff_t r = 0; r < count; r++) NAME(divide_row)(y + r * n, sum[r], n);
    }
})

CK_VARIANTS(NAME(log_softmax_rows), (const REAL *x, ptrdiff_t rows, ptrdiff_t n, REAL *y), {
    for (ptrdiff_t row = 0; row < rows; row++, x += n, y += n) {
        REAL greatest = NAME(greatest_of_row)(x, n);
        EXP_HINT for (ptrdiff_t i = 0; i < n; i++) y[i] = EXP(x[i] - greatest);
        REAL logarithm = (REAL)log(NAME(sum_of_row)(y, n));
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) y[i] = (x[i] - greatest) - logarithm;
    }
})

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

/* Rows that would leave most of a vector empty are turned round first, so that many of them lie side by side. */
static void NAME(softmax_short_rows)(const REAL *x, ptrdiff_t rows, ptrdiff_t n, REAL *y) {
    REAL tile[SHORT_ROW * ROWS_SIDE_BY_SIDE], greatest[ROWS_SIDE_BY_SIDE];
    double sum[ROWS_SIDE_BY_SIDE];
    for (ptrdiff_t count; rows > 0; rows -= count, x += count * n, y += count * n) {
        count = rows < ROWS_SIDE_BY_SIDE ? rows : ROWS_SIDE_BY_SIDE;
        for (ptrdiff_t r = 0; r < count; r++)
            for (ptrdiff_t i = 0; i < n; i++) tile[i * count + r] = x[r * n + i];
        CK_PICK(NAME(exp_of_columns))(tile, n, count, tile, greatest, sum);
        for (ptrdiff_t r = 0; r < count; r++)
            for (ptrdiff_t i = 0; i < n; i++) y[r * n + i] = tile[i * count + r] / (REAL)sum[r];
    }
}

static void NAME(softmax)(const void *source, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, void *target,
                          void *scratch) {
    const REAL *x = source;
    REAL *y = target;
    if (inner == 1) {
        if (extent <= SHORT_ROW) NAME(softmax_short_rows)(x, outer, extent, y);
        else CK_PICK(NAME(softmax_rows))(x, outer, extent, y);
        return;
    }
    for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner, y += extent * inner) {
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
    if (inner == 1) {
        CK_PICK(NAME(log_softmax_rows))(x, outer, extent, y);
        return;
    }
    for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner, y += extent * inner) {
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
