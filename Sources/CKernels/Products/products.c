#include "ckernels_products.h"
#include "Platform/dispatch.h"
#include <string.h>

#define PRODUCT(suffix, T)                                                                                            \
    CK_BODY ck_product_##suffix##_body(int64_t m, int64_t n, int64_t k, const T *a, const T *b, T *restrict y) {      \
        memset(y, 0, (size_t)(m * n) * sizeof *y);                                                                    \
        for (int64_t i = 0; i < m; i++, y += n)                                                                       \
            for (int64_t l = 0; l < k; l++) {                                                                         \
                T factor = *a++;                                                                                      \
                for (int64_t j = 0; j < n; j++) y[j] += factor * b[l * n + j];                                        \
            }                                                                                                         \
    }                                                                                                                 \
    CK_DISPATCH(void, ck_product_##suffix, (int64_t m, int64_t n, int64_t k, const T *a, const T *b, T *y),           \
        (m, n, k, a, b, y))

PRODUCT(f32, float)
PRODUCT(f64, double)
PRODUCT(u32, uint32_t)
PRODUCT(u64, uint64_t)

CK_BODY ck_add_scaled_body(int64_t rows, int64_t columns, float alpha, float *restrict y, float beta, const float *c,
    int64_t row_stride, int64_t column_stride) {
    for (int64_t i = 0; i < rows; i++, y += columns) {
        const float *row = c ? c + i * row_stride : NULL;
        if (!row)
            for (int64_t j = 0; j < columns; j++) y[j] *= alpha;
        else if (column_stride == 1)
            for (int64_t j = 0; j < columns; j++) y[j] = alpha * y[j] + beta * row[j];
        else
            for (int64_t j = 0; j < columns; j++) y[j] = alpha * y[j] + beta * row[j * column_stride];
    }
}

CK_DISPATCH(void, ck_add_scaled,
    (int64_t rows, int64_t columns, float alpha, float *y, float beta, const float *c, int64_t row_stride,
        int64_t column_stride),
    (rows, columns, alpha, y, beta, c, row_stride, column_stride))
