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
