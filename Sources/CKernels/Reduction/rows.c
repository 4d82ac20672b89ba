#include "ckernels_rows.h"
#include "Platform/lanes.h"
#include "Platform/dispatch.h"
#include <math.h>
#include <string.h>

/* Sums of x - shift and of its square, several side by side. Where shift is one of the n elements, squares less
   sum * sum / n keeps all but the last log2(n) bits. The mean is taken off in two parts, so that it keeps bits beyond
   those of T. */
#define ROWS(T)                                                                                                      \
    CK_BODY sums_##T(const T *x, ptrdiff_t n, double shift, double *sum, double *squares) {                          \
        ck_lanes_of_double lanes = 0, square_lanes = 0, d;                                                           \
        ck_lanes_of_##T next;                                                                                        \
        for (; n >= CK_SIDE_BY_SIDE; n -= CK_SIDE_BY_SIDE, x += CK_SIDE_BY_SIDE) {                                   \
            memcpy(&next, x, sizeof next);                                                                           \
            d = __builtin_convertvector(next, ck_lanes_of_double) - shift;                                           \
            lanes += d;                                                                                              \
            square_lanes += d * d;                                                                                   \
        }                                                                                                            \
        *sum = ck_total(&lanes), *squares = ck_total(&square_lanes);                                                 \
        for (ptrdiff_t i = 0; i < n; i++) {                                                                          \
            double rest = (double)x[i] - shift;                                                                      \
            *sum += rest;                                                                                            \
            *squares += rest * rest;                                                                                 \
        }                                                                                                            \
    }                                                                                                                \
    CK_BODY write_##T(const T *x, ptrdiff_t n, double mean, T inverse, const T *scale, const T *bias, T *y) {        \
        T high = (T)mean, low = (T)(mean - (double)high);                                                            \
        if (scale && bias)                                                                                           \
            CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++)                                                         \
                y[i] = (x[i] - high - low) * inverse * scale[i] + bias[i];                                           \
        else if (scale)                                                                                              \
            CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) y[i] = (x[i] - high - low) * inverse * scale[i];        \
        else                                                                                                         \
            CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) y[i] = (x[i] - high - low) * inverse;                   \
    }                                                                                                                \
    CK_BODY rows_##T##_body(const T *x, ptrdiff_t rows, ptrdiff_t n, ck_row_rules rules, const T *scale,             \
        const T *bias, T *y, T *means, T *inverses) {                                                                \
        for (ptrdiff_t row = 0; row < rows; row++, x += n, y += n) {                                                 \
            double sum, squares, mean = 0, shift = rules.is_centered ? (double)*x : 0;                               \
            sums_##T(x, n, shift, &sum, &squares);                                                                   \
            if (rules.is_centered) {                                                                                 \
                mean = shift + sum / (double)n;                                                                      \
                squares -= sum * (sum / (double)n);                                                                  \
            }                                                                                                        \
            T inverse = (T)(1 / sqrt(squares / (double)n + rules.epsilon));                                          \
            write_##T(x, n, mean, inverse, scale, bias, y);                                                          \
            if (means) means[row] = (T)mean;                                                                         \
            if (inverses) inverses[row] = inverse;                                                                   \
        }                                                                                                            \
    }                                                                                                                \
    CK_DISPATCH(static void, rows_##T,                                                                               \
        (const void *x, ptrdiff_t rows, ptrdiff_t n, ck_row_rules rules, const void *scale, const void *bias, void *y, \
            void *means, void *inverses),                                                                            \
        (x, rows, n, rules, scale, bias, y, means, inverses))

#define NORMS(T)                                                                                                    \
    static void norms_##T(const void *source, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, int p,            \
                          void *target, double *norms) {                                                            \
        const T *x = source;                                                                                        \
        T *y = target;                                                                                              \
        for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner, y += extent * inner) {                           \
            for (ptrdiff_t i = 0; i < inner; i++) norms[i] = 0;                                                     \
            for (ptrdiff_t e = 0; e < extent; e++)                                                                  \
                for (ptrdiff_t i = 0; i < inner; i++) {                                                             \
                    double v = (double)x[e * inner + i];                                                            \
                    norms[i] += p == 1 ? fabs(v) : v * v;                                                           \
                }                                                                                                   \
            for (ptrdiff_t i = 0; i < inner; i++) norms[i] = p == 1 ? norms[i] : sqrt(norms[i]);                    \
            for (ptrdiff_t e = 0; e < extent; e++)                                                                  \
                for (ptrdiff_t i = 0; i < inner; i++)                                                               \
                    y[e * inner + i] = norms[i] == 0 ? 0 : (T)((double)x[e * inner + i] / norms[i]);                \
        }                                                                                                           \
    }

ROWS(float)
ROWS(double)
NORMS(float)
NORMS(double)

ck_row_loop ck_find_row_loop(ck_element type) {
    return type == CK_FLOAT32 ? rows_float : type == CK_FLOAT64 ? rows_double : 0;
}

ck_norm_loop ck_find_norm_loop(ck_element type) {
    return type == CK_FLOAT32 ? norms_float : type == CK_FLOAT64 ? norms_double : 0;
}
