/* The innermost loops of float32 products: inside CKernels only. */
#ifndef CK_FLOAT_PANEL_H
#define CK_FLOAT_PANEL_H

#include "ckernels_floats.h"
#include "Platform/lanes.h"
#include "Platform/least.h"

/* Columns of packed weights that lie together; only the last ones are half as many where that is enough. */
enum { CK_FLOAT_PANEL = 2 * CK_SIDE_BY_SIDE };

static inline int64_t ck_float_panels(int64_t columns) { return (columns + CK_FLOAT_PANEL - 1) / CK_FLOAT_PANEL; }

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

#endif
