/* The three orders of summation, over pieces of a product. */
#ifndef CK_ORDERED_H
#define CK_ORDERED_H

#include "ckernels_ordered.h"
#include "Platform/least.h"

/* Columns of a panel: a [k, CK_PANEL] copy of some columns of b, filled up with zeros. */
enum { CK_PANEL = 16 };

/* Threads for so many tasks that take so many multiply-accumulates in all. */
int ck_ordered_parts(int64_t tasks, int64_t work);

/* y[i, j] (+)= a[i, k] panel[k, j] for `rows` rows, y_row apart, and the first `columns` columns, in blocks of terms. */
void ck_sum_blocks(const float *a, int64_t rows, const float *panel, int64_t k, int64_t block, int64_t columns,
    float *y, int64_t y_row, bool add);

/* y[j] (+)= a[k] b[k, j] for the first `columns` columns, four terms at a time. Rows of b are `step` apart, and CK_PANEL
   of their columns may be read. */
void ck_sum_fours(const float *a, const float *b, int64_t step, int64_t k, int64_t columns, float *y, bool add);

/* y[i] (+)= vector[k] matrix[i, k] for rows `first` to `end` of `rows`, in eight interleaved sums. */
void ck_sum_lanes(const float *vector, const float *matrix, int64_t rows, int64_t first, int64_t end, int64_t k,
    float *y, bool add);

#endif
