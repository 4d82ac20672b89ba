/* Weights seen as [outer, channels, inner], row-major, with one scale a channel. */
#ifndef CKERNELS_WEIGHTS_H
#define CKERNELS_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* largest[c] = max |x| of channel c. Returns whether all values are finite. */
bool ck_absmax_channels(const float *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, float *largest);

/* q = clamp(roundHalfToEven(x / scale[c]) + zero_point[c], low, high), one byte a value. */
void ck_quantize_channels(const float *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, const float *scale,
                          const int32_t *zero_point, int32_t low, int32_t high, uint8_t *q);

#endif
