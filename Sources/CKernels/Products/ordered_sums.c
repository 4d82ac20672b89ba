#include "ordered.h"
#include "Platform/dispatch.h"
#include <string.h>

/* Rows of a tile of sums that stay in registers. */
enum { ROWS = 6 };

typedef float columns16 __attribute__((ext_vector_type(CK_PANEL)));

CK_BODY load_row(columns16 *row, const float *b, int64_t place) { memcpy(row, b + place, sizeof *row); }

/* Adds sums to the rows of y, or starts these with them. */
CK_BODY store_row(const columns16 *sum, int64_t columns, float *y, bool add) {
    columns16 result = *sum, before;
    if (columns == CK_PANEL) {
        if (add) memcpy(&before, y, sizeof before), result = before + result;
        memcpy(y, &result, sizeof result);
    } else {
        for (int64_t j = 0; j < columns; j++) y[j] = add ? y[j] + result[j] : result[j];
    }
}

CK_BODY sum_tile_body(const float *const *rows, int64_t count, int64_t k, const float *panel, int64_t columns, float *y,
    int64_t y_row, bool add) {
    columns16 total[ROWS] = {0};
    for (int64_t i = 0; i < k; i++) {
        columns16 b;
        load_row(&b, panel, i * CK_PANEL);
#pragma clang loop unroll(full)
        for (int r = 0; r < ROWS; r++) total[r] = __builtin_elementwise_fma((columns16)(rows[r][i]), b, total[r]);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; r++)
        if (r < count) store_row(&total[r], columns, y + r * y_row, add);
}

CK_DISPATCH(static void, sum_tile, (const float *const *rows, int64_t count, int64_t k, const float *panel,
    int64_t columns, float *y, int64_t y_row, bool add), (rows, count, k, panel, columns, y, y_row, add))

void ck_sum_blocks(const float *a, int64_t rows, const float *panel, int64_t k, int64_t block, int64_t columns,
    float *y, int64_t y_row, bool add) {
    const float *tile[ROWS];
    for (int64_t first = 0; first < rows; first += ROWS) {
        int64_t count = ck_min64(ROWS, rows - first);
        for (int64_t begin = 0; begin < k; begin += block) {
            for (int64_t r = 0; r < ROWS; r++) tile[r] = a + (first + ck_min64(r, count - 1)) * k + begin;
            sum_tile(tile, count, ck_min64(block, k - begin), panel + begin * CK_PANEL, columns, y + first * y_row,
                y_row, add || begin);
        }
    }
}

/* Adds `count` terms, summed from left to right. */
CK_BODY add_terms(columns16 *total, const float *a, const float *b, int64_t step, int count) {
    columns16 sum, row;
    load_row(&row, b, 0);
    sum = (columns16)(a[0]) * row;
    for (int i = 1; i < count; i++) {
        load_row(&row, b, i * step);
        sum += (columns16)(a[i]) * row;
    }
    *total += sum;
}

CK_BODY ck_sum_fours_body(
    const float *a, const float *b, int64_t step, int64_t k, int64_t columns, float *y, bool add) {
    columns16 total = 0;
    if (add) memcpy(&total, y, (size_t)columns * sizeof *y);
    int64_t i = 0;
    for (; i + 4 <= k; i += 4) add_terms(&total, a + i, b + i * step, step, 4);
    if (i + 2 <= k) add_terms(&total, a + i, b + i * step, step, 2), i += 2;
    if (i < k) add_terms(&total, a + i, b + i * step, step, 1);
    memcpy(y, &total, (size_t)columns * sizeof *y);
}

CK_DISPATCH(void, ck_sum_fours,
    (const float *a, const float *b, int64_t step, int64_t k, int64_t columns, float *y, bool add),
    (a, b, step, k, columns, y, add))

enum { LANES = 8 };

static void interleave(const float *u, const float *v, int64_t k, float *sums) {
    memset(sums, 0, LANES * sizeof *sums);
    int64_t i = 0;
    for (; i + LANES <= k; i += LANES)
        for (int l = 0; l < LANES; l++) sums[l] += u[i + l] * v[i + l];
    for (int l = 0; i + l < k; l++) sums[l] += u[i + l] * v[i + l];
}

/* How the interleaved sums of one row are added depends on how many rows are left: four, two or one at a time. */
static float joined(const float *s, int64_t at_a_time) {
    if (at_a_time == 4) return (((s[0] + s[1]) + s[2]) + s[3]) + (((s[4] + s[5]) + s[6]) + s[7]);
    if (at_a_time == 2) return ((s[0] + s[2]) + (s[4] + s[6])) + ((s[1] + s[3]) + (s[5] + s[7]));
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

void ck_sum_lanes(const float *vector, const float *matrix, int64_t rows, int64_t first, int64_t end, int64_t k,
    float *y, bool add) {
    float sums[LANES];
    for (int64_t i = first; i < end; i++) {
        int64_t at_a_time = i < rows / 4 * 4 ? 4 : i < rows / 2 * 2 ? 2 : 1;
        interleave(vector, matrix + i * k, k, sums);
        float sum = joined(sums, at_a_time);
        y[i] = add ? y[i] + sum : sum;
    }
}
