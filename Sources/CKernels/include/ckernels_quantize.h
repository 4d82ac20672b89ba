#ifndef CKERNELS_QUANTIZE_H
#define CKERNELS_QUANTIZE_H

#include "ckernels_element.h"
#include <stddef.h>
#include <stdint.h>

/* Linear quantization: q = clamp(roundHalfToEven(x / scale) + zero), x = (q - zero) * scale, in float32 with a true
   division: the same bits on every instruction set. NaN, and 0 / 0, become the type's least value; a zero scale sends
   everything else to the ends of the range.

   `type` is UINT8, INT8, UINT16, INT16, UINT4, INT4, UINT2 or INT2; dequantizing also INT32. Integers of fewer than
   eight bits are packed, low bits first. `first` is the element of `q` at which the run begins. */

/* A run of `n` elements on one grid. */
void ck_quantize(const float *x, size_t n, float scale, int32_t zero, void *q, size_t first, ck_element type);
void ck_dequantize(const void *q, size_t first, size_t n, float scale, int32_t zero, float *x, ck_element type);

/* A run of `n` elements, each on a grid of its own. */
void ck_quantize_each(const float *x, size_t n, const float *scale, const int32_t *zero, void *q, size_t first,
                      ck_element type);
void ck_dequantize_each(const void *q, size_t first, size_t n, const float *scale, const int32_t *zero, float *x,
                        ck_element type);

/* The least and greatest of `n` numbers and 0; NaN is passed over. */
void ck_range_with_zero(const float *x, size_t n, float *least, float *greatest);

#endif
