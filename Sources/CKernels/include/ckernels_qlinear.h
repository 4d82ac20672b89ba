/* Element-wise operators on 8-bit grids, in the arithmetic of ONNX Runtime's kernels: the same bits on every processor. */
#ifndef CKERNELS_QLINEAR_H
#define CKERNELS_QLINEAR_H

#include "ckernels_bytes.h"
#include "ckernels_element.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one addition or multiplication of grids needs. `step` is 1, or 0 where the operand is one number for a row; rows
   of the operands begin `row` elements apart, those of the result lie one behind the other. */
typedef struct {
    ptrdiff_t step_a, step_b, row_a, row_b;
    float ratio_a, ratio_b; /* scale_a / scale_y and scale_b / scale_y; a product has scale_a * scale_b / scale_y in ratio_a */
    int32_t zero_a, zero_b, zero_y;
    bool is_signed;
} ck_grid_pair;

/* y = clamp(roundHalfToEven(fma(a, ratio_a, fma(b, ratio_b, fixed)))), with
   fixed = zero_y - fma(ratio_a, zero_a, ratio_b * zero_b). */
void ck_grid_add(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t rows, ptrdiff_t count,
    const ck_grid_pair *grids);

/* The same sum of elements of both, one by one, and whether none of them leaves int32. */
ck_byte_sum ck_byte_sum_of(const ck_grid_pair *grids);
bool ck_stays_within_integers(const ck_byte_sum *sum);

/* y = clamp(roundHalfToEven((a - zero_a) * (b - zero_b) * ratio_a + zero_y)), product and sum rounded one by one. */
void ck_grid_multiply(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t rows, ptrdiff_t count,
    const ck_grid_pair *grids);

/* One row of a softmax over integers that share a grid: exponential[q - max + 255] is e to the real difference, up to a
   factor common to all. y = clamp(roundHalfToEven(exponential * levels / sum) + zero). The bytes of x and y are signed or
   unsigned, as is_signed says; elements lie `step` bytes apart. */
void ck_grid_softmax(const uint8_t *x, ptrdiff_t count, ptrdiff_t step, const float exponential[256], float levels,
                     int32_t zero, bool is_signed, uint8_t *y);

/* Gelu of each number, then the nearest point of the grid: y = clamp(round(gelu(x) / scale) + zero). `type` is uint8 or
   int8. */
void ck_gelu_to_grid(const float *x, ptrdiff_t count, float scale, int32_t zero, ck_element type, uint8_t *y);

#endif
