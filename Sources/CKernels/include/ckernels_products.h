/* Matrix products of plain types, and what Gemm does around one. */
#ifndef CKERNELS_PRODUCTS_H
#define CKERNELS_PRODUCTS_H

#include <stdbool.h>
#include <stdint.h>

/* y = a x b for dense row-major matrices [m, k] and [k, n]; integers wrap. */
void ck_product_f32(int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *y);
void ck_product_f64(int64_t m, int64_t n, int64_t k, const double *a, const double *b, double *y);
void ck_product_u32(int64_t m, int64_t n, int64_t k, const uint32_t *a, const uint32_t *b, uint32_t *y);
void ck_product_u64(int64_t m, int64_t n, int64_t k, const uint64_t *a, const uint64_t *b, uint64_t *y);

/* y = x * weights + bias (NULL for none) for a row of `k` values and `n` columns, which lie one behind the other or, where
   they are not dense, side by side. Shared by the threads in use; the same bits from any number. */
void ck_multiply_row(int64_t n, int64_t k, const float *x, const float *weights, bool columns_are_dense,
    const float *bias, float *y);

/* y = alpha * y + beta * c for a dense y of [rows, columns]; strides of c count elements and may be 0. Without beta * c
   where c is NULL. */
void ck_add_scaled(int64_t rows, int64_t columns, float alpha, float *y, float beta, const float *c,
    int64_t row_stride, int64_t column_stride);

#endif
