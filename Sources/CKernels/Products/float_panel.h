/* The innermost loops of float32 products: inside CKernels only. */
#ifndef CK_FLOAT_PANEL_H
#define CK_FLOAT_PANEL_H

#include "ckernels_floats.h"
#include "Platform/lanes.h"
#include "Platform/least.h"

/* Columns of packed weights that lie together; only the last ones are half as many where that is enough. */
enum { CK_FLOAT_PANEL = 2 * CK_SIDE_BY_SIDE };

static inline int64_t ck_float_panels(int64_t columns) { return ck_ceiling(columns, CK_FLOAT_PANEL); }

static inline int64_t ck_float_panel_width(int64_t columns) {
    return columns <= CK_SIDE_BY_SIDE ? CK_SIDE_BY_SIDE : CK_FLOAT_PANEL;
}

/* Rows of `depth` values by a panel: a row of weights for each value. What lies behind it is fetched meanwhile. */
typedef struct {
    int64_t rows, depth, columns;
    const float *source;
    int64_t source_step;
    const float *weights;
    /* NULL for none. */
    const float *bias;
    ck_float_tail tail;
    float *target;
    int64_t target_step;
} ck_float_panel;

void ck_run_float_panel(const ck_float_panel *panel);

/* Blocks of rows, and into how many runs the panels of each are divided: a task is a run of a block. */
typedef struct {
    int64_t blocks, divisions;
} ck_float_grid;

/* At least `blocks` of them; where there are several parts, up to `most` that every part may have some tasks. */
static inline ck_float_grid ck_divide_floats(int64_t blocks, int64_t most, int64_t columns, int parts) {
    enum { TASKS = 4 };
    if (parts == 1) return (ck_float_grid){blocks, 1};
    blocks = ck_max64(blocks, ck_min64(TASKS * parts, most));
    return (ck_float_grid){blocks, ck_min64(ck_float_panels(columns), ck_ceiling(TASKS * parts, blocks))};
}

#endif
