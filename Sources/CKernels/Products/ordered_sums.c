#include "ordered.h"
#include "Platform/dispatch.h"
#include <string.h>

/* Rows of a tile of sums that stay in registers. */
enum { ROWS = 6 };

typedef float columns16 __attribute__((ext_vector_type(CK_PANEL)));

CK_BODY load_row(columns16 *row, const float *panel, int64_t k) { memcpy(row, panel + k * CK_PANEL, sizeof *row); }

CK_BODY sum_tile_body(const float *const *rows, int64_t k, const float *panel, float *sums) {
    columns16 total[ROWS] = {0};
    for (int64_t i = 0; i < k; i++) {
        columns16 b;
        load_row(&b, panel, i);
#pragma clang loop unroll(full)
        for (int r = 0; r < ROWS; r++) total[r] = __builtin_elementwise_fma((columns16)(rows[r][i]), b, total[r]);
    }
    memcpy(sums, total, sizeof total);
}

CK_DISPATCH(static void, sum_tile, (const float *const *rows, int64_t k, const float *panel, float *sums),
    (rows, k, panel, sums))

void ck_sum_blocks(const float *a, int64_t rows, const float *panel, int64_t k, int64_t block, int64_t columns,
    float *y, int64_t y_row, bool add) {
    float sums[ROWS * CK_PANEL];
    const float *tile[ROWS];
    for (int64_t first = 0; first < rows; first += ROWS) {
        int64_t count = ck_least(ROWS, rows - first);
        for (int64_t begin = 0; begin < k; begin += block) {
            for (int64_t r = 0; r < ROWS; r++) tile[r] = a + (first + ck_least(r, count - 1)) * k + begin;
            sum_tile(tile, ck_least(block, k - begin), panel + begin * CK_PANEL, sums);
            for (int64_t r = 0; r < count; r++)
                for (int64_t j = 0; j < columns; j++) {
                    float *target = y + (first + r) * y_row + j, sum = sums[r * CK_PANEL + j];
                    *target = add || begin ? *target + sum : sum;
                }
        }
    }
}

/* Adds `count` terms from k on, summed from left to right. */
CK_BODY add_terms(columns16 *total, const float *a, const float *panel, int64_t k, int count) {
    columns16 sum, row;
    load_row(&row, panel, k);
    sum = (columns16)(a[k]) * row;
    for (int i = 1; i < count; i++) {
        load_row(&row, panel, k + i);
        sum += (columns16)(a[k + i]) * row;
    }
    *total += sum;
}

CK_BODY ck_sum_fours_body(const float *a, const float *panel, int64_t k, int64_t columns, float *y, bool add) {
    columns16 total = 0;
    if (add) memcpy(&total, y, (size_t)columns * sizeof *y);
    int64_t i = 0;
    for (; i + 4 <= k; i += 4) add_terms(&total, a, panel, i, 4);
    if (i + 2 <= k) add_terms(&total, a, panel, i, 2), i += 2;
    if (i < k) add_terms(&total, a, panel, i, 1);
    memcpy(y, &total, (size_t)columns * sizeof *y);
}

CK_DISPATCH(void, ck_sum_fours,
    (const float *a, const float *panel, int64_t k, int64_t columns, float *y, bool add),
    (a, panel, k, columns, y, add))

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

void ck_sum_lanes(const float *vector, const float *matrix, int64_t rows, int64_t k, float *y, bool add) {
    float sums[LANES];
    for (int64_t i = 0; i < rows; i++) {
        int64_t at_a_time = i < rows / 4 * 4 ? 4 : i < rows / 2 * 2 ? 2 : 1;
        interleave(vector, matrix + i * k, k, sums);
        float sum = joined(sums, at_a_time);
        y[i] = add ? y[i] + sum : sum;
    }
}
