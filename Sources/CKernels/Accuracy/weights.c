#include "ckernels_weights.h"
#include "Platform/bits.h"
#include "Platform/dispatch.h"
#include <string.h>

/* The largest magnitude as bits, which order as magnitudes do; those of NaN and infinity are above all others. */
CK_BODY absmax_run_body(const float *x, ptrdiff_t n, uint32_t *largest) {
    uint32_t most = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        uint32_t bits = float_bits(x[i]) & 0x7fffffffu;
        most = bits > most ? bits : most;
    }
    *largest = most > *largest ? most : *largest;
}

/* The same of rows of `n` columns, column by column. */
CK_BODY absmax_columns_body(const float *x, ptrdiff_t rows, ptrdiff_t n, uint32_t *restrict largest) {
    for (ptrdiff_t r = 0; r < rows; r++, x += n) {
        for (ptrdiff_t i = 0; i < n; i++) {
            uint32_t bits = float_bits(x[i]) & 0x7fffffffu;
            largest[i] = bits > largest[i] ? bits : largest[i];
        }
    }
}

CK_DISPATCH(static void, absmax_run, (const float *x, ptrdiff_t n, uint32_t *largest), (x, n, largest))
CK_DISPATCH(static void, absmax_columns, (const float *x, ptrdiff_t rows, ptrdiff_t n, uint32_t *largest),
    (x, rows, n, largest))

bool ck_absmax_channels(const float *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, float *largest) {
    uint32_t *bits = (uint32_t *)(void *)largest;
    memset(bits, 0, (size_t)channels * sizeof *bits);
    if (inner == 1) {
        absmax_columns(x, outer, channels, bits);
    } else {
        for (ptrdiff_t o = 0; o < outer; o++)
            for (ptrdiff_t c = 0; c < channels; c++) absmax_run(x + (o * channels + c) * inner, inner, &bits[c]);
    }
    uint32_t most = 0;
    for (ptrdiff_t c = 0; c < channels; c++) most = bits[c] > most ? bits[c] : most;
    return most < 0x7f800000u;
}

CK_BODY ck_scaled_row_maxima_body(
    const float *x, ptrdiff_t rows, ptrdiff_t n, const float *factors, float *restrict largest) {
    for (ptrdiff_t r = 0; r < rows; r++, x += n) {
        uint32_t most = 0;
        for (ptrdiff_t i = 0; i < n; i++) {
            uint32_t bits = float_bits(x[i] * factors[i]);
            most = bits > most ? bits : most;
        }
        largest[r] = float_from_bits(most);
    }
}

CK_BODY ck_scaled_column_maxima_body(
    const float *x, ptrdiff_t rows, ptrdiff_t n, const float *factors, float *restrict largest) {
    for (ptrdiff_t i = 0; i < n; i++) largest[i] = 0;
    for (ptrdiff_t r = 0; r < rows; r++, x += n) {
        for (ptrdiff_t i = 0; i < n; i++) {
            float value = x[i] * factors[r];
            largest[i] = value > largest[i] ? value : largest[i];
        }
    }
}

CK_DISPATCH(void, ck_scaled_row_maxima,
    (const float *x, ptrdiff_t rows, ptrdiff_t n, const float *factors, float *largest), (x, rows, n, factors, largest))
CK_DISPATCH(void, ck_scaled_column_maxima,
    (const float *x, ptrdiff_t rows, ptrdiff_t n, const float *factors, float *largest), (x, rows, n, factors, largest))
