#include "ckernels_products.h"
#include "ckernels_parallel.h"
#include "Platform/dispatch.h"
#include "Platform/lanes.h"
#include <string.h>

/* So many runs of the matrix are read side by side: memory hands over more of several than of one. */
enum { RUNS = 8 };

/* Weights that one thread reads as fast as several. */
static const int64_t LEAST_SHARED = 1 << 16;

static inline __attribute__((always_inline)) float total(const ck_lanes_of_float *lanes) {
    float __attribute__((ext_vector_type(8))) half = lanes->lo + lanes->hi;
    float __attribute__((ext_vector_type(4))) quarter = half.lo + half.hi;
    return (quarter.x + quarter.z) + (quarter.y + quarter.w);
}

/* Sums over `count` columns that lie one behind the other. */
static inline __attribute__((always_inline)) void sum_columns(
    int count, int64_t k, const float *x, const float *weights, float *sums) {
    ck_lanes_of_float lanes[RUNS] = {0}, values, factors;
    int64_t i = 0;
    for (; i + CK_SIDE_BY_SIDE <= k; i += CK_SIDE_BY_SIDE) {
        memcpy(&values, x + i, sizeof values);
        _Pragma("clang loop unroll(full)") for (int c = 0; c < count; c++) {
            memcpy(&factors, weights + c * k + i, sizeof factors);
            lanes[c] += values * factors;
        }
    }
    for (int c = 0; c < count; c++) {
        sums[c] = total(&lanes[c]);
        for (int64_t rest = i; rest < k; rest++) sums[c] += x[rest] * weights[c * k + rest];
    }
}

CK_BODY row_by_columns_body(
    int64_t k, int64_t begin, int64_t end, const float *x, const float *weights, float *restrict y) {
    int64_t n = begin;
    for (; n + RUNS <= end; n += RUNS) sum_columns(RUNS, k, x, weights + n * k, y + n);
    for (; n < end; n++) sum_columns(1, k, x, weights + n * k, y + n);
}

CK_DISPATCH(static void, row_by_columns,
    (int64_t k, int64_t begin, int64_t end, const float *x, const float *weights, float *y),
    (k, begin, end, x, weights, y))

CK_BODY row_by_rows_body(int64_t k, int64_t n, int64_t count, const float *x, const float *weights, float *restrict y) {
    memset(y, 0, (size_t)count * sizeof *y);
    int64_t i = 0;
    for (; i + RUNS <= k; i += RUNS) {
        const float *w = weights + i * n, *f = x + i;
        for (int64_t c = 0; c < count; c++) {
            float sum = y[c];
            _Pragma("clang loop unroll(full)") for (int r = 0; r < RUNS; r++) sum += f[r] * w[r * n + c];
            y[c] = sum;
        }
    }
    for (; i < k; i++)
        for (int64_t c = 0; c < count; c++) y[c] += x[i] * weights[i * n + c];
}

CK_DISPATCH(static void, row_by_rows,
    (int64_t k, int64_t n, int64_t count, const float *x, const float *weights, float *y), (k, n, count, x, weights, y))

typedef struct {
    int64_t n, k;
    bool columns_are_dense;
    const float *x, *weights, *bias;
    float *y;
} product;

static void multiply_share(void *context, int part, int parts) {
    const product *p = context;
    int64_t begin = ck_part_begin(p->n, part, parts), end = ck_part_begin(p->n, part + 1, parts);
    if (p->columns_are_dense)
        row_by_columns(p->k, begin, end, p->x, p->weights, p->y);
    else
        row_by_rows(p->k, p->n, end - begin, p->x, p->weights + begin, p->y + begin);
    if (!p->bias) return;
    for (int64_t c = begin; c < end; c++) p->y[c] += p->bias[c];
}

void ck_multiply_row(int64_t n, int64_t k, const float *x, const float *weights, bool columns_are_dense,
    const float *bias, float *y) {
    product p = {n, k, columns_are_dense, x, weights, bias, y};
    ck_parallel(n * k < LEAST_SHARED ? 1 : ck_threads(), multiply_share, &p);
}
