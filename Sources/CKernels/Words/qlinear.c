#include "ckernels_qlinear.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

void ck_grid_softmax(const uint8_t *x, ptrdiff_t count, ptrdiff_t step, const float exponential[256], float levels,
                     int32_t zero, bool is_signed, uint8_t *y) {
    uint8_t flip = is_signed ? 0x80 : 0, most = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        uint8_t v = x[i * step] ^ flip;
        most = v > most ? v : most;
    }
    const float *table = exponential + (255 - most);
    float sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) sum += table[x[i * step] ^ flip];
    int32_t low = is_signed ? -128 : 0, high = is_signed ? 127 : 255;
    for (ptrdiff_t i = 0; i < count; i++) {
        float share = nearbyintf(table[x[i * step] ^ flip] * levels / sum);
        int32_t q = (share < 1e6f ? (int32_t)share : 1000000) + zero;
        q = q < low ? low : q > high ? high : q;
        y[i * step] = (uint8_t)q;
    }
}
