#include "ckernels_weights.h"
#include <math.h>
#include <string.h>

static bool absmax_run(const float *x, ptrdiff_t n, float *largest) {
    uint32_t most = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], 4);
        bits &= 0x7fffffffu;
        most = bits > most ? bits : most;
    }
    float value;
    memcpy(&value, &most, 4);
    if (!isfinite(value)) return false;
    if (value > *largest) *largest = value;
    return true;
}

/* inner == 1: channels lie side by side. */
static bool absmax_row(const float *x, ptrdiff_t channels, float *largest) {
    bool finite = true;
    for (ptrdiff_t c = 0; c < channels; c++) {
        float value = fabsf(x[c]);
        finite &= value <= 3.402823466e+38f;
        largest[c] = value > largest[c] ? value : largest[c];
    }
    return finite;
}

bool ck_absmax_channels(const float *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, float *largest) {
    bool finite = true;
    memset(largest, 0, (size_t)channels * sizeof *largest);
    for (ptrdiff_t o = 0; o < outer && finite; o++) {
        const float *block = x + o * channels * inner;
        if (inner == 1) {
            finite = absmax_row(block, channels, largest);
            continue;
        }
        for (ptrdiff_t c = 0; c < channels && finite; c++) finite = absmax_run(block + c * inner, inner, &largest[c]);
    }
    return finite;
}

static inline uint8_t quantize_one(float x, float scale, int32_t zero_point, int32_t low, int32_t high) {
    float steps = nearbyintf(x / scale);
    float bounded = steps < -1e9f ? -1e9f : steps > 1e9f ? 1e9f : steps;
    int32_t q = (int32_t)bounded + zero_point;
    q = q < low ? low : q > high ? high : q;
    return (uint8_t)q;
}

__attribute__((target_clones("default", "avx2", "avx512f")))
static void quantize_run(const float *x, ptrdiff_t n, float scale, int32_t zero_point, int32_t low, int32_t high,
                         uint8_t *q) {
    for (ptrdiff_t i = 0; i < n; i++) q[i] = quantize_one(x[i], scale, zero_point, low, high);
}

__attribute__((target_clones("default", "avx2", "avx512f")))
static void quantize_row(const float *x, ptrdiff_t channels, const float *scale, const int32_t *zero_point, int32_t low,
                         int32_t high, uint8_t *q) {
    for (ptrdiff_t c = 0; c < channels; c++) q[c] = quantize_one(x[c], scale[c], zero_point[c], low, high);
}

void ck_quantize_channels(const float *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, const float *scale,
                          const int32_t *zero_point, int32_t low, int32_t high, uint8_t *q) {
    for (ptrdiff_t o = 0; o < outer; o++) {
        ptrdiff_t start = o * channels * inner;
        if (inner == 1) {
            quantize_row(x + start, channels, scale, zero_point, low, high, q + start);
            continue;
        }
        for (ptrdiff_t c = 0; c < channels; c++)
            quantize_run(x + start + c * inner, inner, scale[c], zero_point[c], low, high, q + start + c * inner);
    }
}
