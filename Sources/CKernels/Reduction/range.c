#include "ckernels_quantize.h"
#include "Platform/dispatch.h"

enum { LANES = 32 };

/* Side by side, as a reduction in order would not vectorise; minimum and maximum do not mind the order. */
CK_BODY range_lanes_body(const float *x, size_t n, float *low, float *high) {
    for (size_t i = 0; i + LANES <= n; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            float v = x[i + lane];
            low[lane] = v < low[lane] ? v : low[lane];
            high[lane] = v > high[lane] ? v : high[lane];
        }
}
CK_DISPATCH(static void, range_lanes, (const float *x, size_t n, float *low, float *high), (x, n, low, high))

void ck_range_with_zero(const float *x, size_t n, float *least, float *greatest) {
    float low[LANES] = {0}, high[LANES] = {0};
    range_lanes(x, n, low, high);
    *least = *greatest = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
        if (low[lane] < *least) *least = low[lane];
        if (high[lane] > *greatest) *greatest = high[lane];
    }
    for (size_t i = n - n % LANES; i < n; i++) {
        if (x[i] < *least) *least = x[i];
        if (x[i] > *greatest) *greatest = x[i];
    }
}
