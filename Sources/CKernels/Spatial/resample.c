#include "ckernels_resample.h"
#include "Platform/dispatch.h"
#include <string.h>

CK_BODY ck_resample_body(int64_t outer, int64_t source, int64_t inner, int64_t destination, int64_t taps,
    const int32_t *positions, const float *weights, const float *x, float *restrict y) {
    for (int64_t o = 0; o < outer; o++, x += source * inner)
        for (int64_t i = 0; i < destination; i++, y += inner) {
            const int32_t *at = positions + i * taps;
            const float *weight = weights + i * taps;
            if (inner == 1) {
                float sum = 0;
                for (int64_t t = 0; t < taps; t++) sum += weight[t] * x[at[t]];
                *y = sum;
                continue;
            }
            for (int64_t n = 0; n < inner; n++) y[n] = weight[0] * x[at[0] * inner + n];
            for (int64_t t = 1; t < taps; t++)
                for (int64_t n = 0; n < inner; n++) y[n] += weight[t] * x[at[t] * inner + n];
        }
}

CK_DISPATCH(void, ck_resample,
    (int64_t outer, int64_t source, int64_t inner, int64_t destination, int64_t taps, const int32_t *positions,
        const float *weights, const float *x, float *y),
    (outer, source, inner, destination, taps, positions, weights, x, y))

#define SELECT(T)                                                                                                     \
    for (int64_t o = 0; o < outer; o++)                                                                               \
        for (int64_t i = 0; i < destination; i++)                                                                     \
            ((T *)y)[o * destination + i] = ((const T *)x)[o * source + positions[i]];

CK_BODY ck_bilinear_body(
    int64_t images, const ck_two_taps *rows, const ck_two_taps *columns, const float *x, float *restrict y) {
    for (int64_t image = 0; image < images; image++, x += rows->source * columns->source)
        for (int64_t i = 0; i < rows->destination; i++, y += columns->destination) {
            const float *above = x + rows->positions[2 * i] * columns->source;
            const float *below = x + rows->positions[2 * i + 1] * columns->source;
            float up = rows->weights[2 * i], down = rows->weights[2 * i + 1];
            for (int64_t j = 0; j < columns->destination; j++) {
                int32_t before = columns->positions[2 * j], after = columns->positions[2 * j + 1];
                float left = columns->weights[2 * j], right = columns->weights[2 * j + 1];
                y[j] = left * up * above[before] + right * up * above[after] + left * down * below[before] +
                    right * down * below[after];
            }
        }
}

CK_DISPATCH(void, ck_bilinear,
    (int64_t images, const ck_two_taps *rows, const ck_two_taps *columns, const float *x, float *y),
    (images, rows, columns, x, y))

void ck_resample_nearest(int64_t outer, int64_t source, int64_t inner, int64_t destination, const int32_t *positions,
    int width, const void *x, void *y) {
    if (inner == 1) {
        switch (width) {
        case 1: SELECT(uint8_t) return;
        case 2: SELECT(uint16_t) return;
        case 4: SELECT(uint32_t) return;
        case 8: SELECT(uint64_t) return;
        }
    }
    size_t bytes = (size_t)inner * (size_t)width;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < destination; i++)
            memcpy((char *)y + (size_t)(o * destination + i) * bytes,
                (const char *)x + (size_t)(o * source + positions[i]) * bytes, bytes);
}

#define CONVERSIONS(suffix, T, LEAST, MOST)                                                                           \
    CK_BODY ck_widen_##suffix##_body(int64_t n, const T *x, float *y) {                                               \
        for (int64_t i = 0; i < n; i++) y[i] = (float)x[i];                                                           \
    }                                                                                                                 \
    CK_DISPATCH(void, ck_widen_##suffix, (int64_t n, const T *x, float *y), (n, x, y))                                \
    CK_BODY ck_truncate_##suffix##_body(int64_t n, const float *x, T *y) {                                            \
        for (int64_t i = 0; i < n; i++) {                                                                             \
            float value = x[i] > LEAST ? x[i] : LEAST;                                                                \
            y[i] = (T)(int32_t)(value < MOST ? value : MOST);                                                         \
        }                                                                                                             \
    }                                                                                                                 \
    CK_DISPATCH(void, ck_truncate_##suffix, (int64_t n, const float *x, T *y), (n, x, y))

CONVERSIONS(u8, uint8_t, 0.0f, 255.0f)
CONVERSIONS(s8, int8_t, -128.0f, 127.0f)
