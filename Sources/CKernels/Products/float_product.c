#include "float_panel.h"
#include "ckernels_parallel.h"
#include "Platform/tasks.h"
#include <string.h>

/* Bytes of rows that stay in a near cache while weights pass, bytes of weights that stay there while rows pass, rows of
   a block, and the fewest weights that several threads pack. */
enum { NEAR_ROWS = 1 << 19, NEAR_WEIGHTS = 1 << 18, LEAST_BLOCK = 14, SMALL_BLOCK = 28, LEAST_SHARED = 1 << 17 };

int64_t ck_packed_floats(int64_t depth, int64_t columns) {
    int64_t rest = columns % CK_FLOAT_PANEL;
    return depth * (columns - rest + (rest ? ck_float_panel_width(rest) : 0));
}

typedef struct {
    int64_t depth, columns, row_step, column_step;
    const float *matrix;
    float *packed;
} packing;

/* A square of the matrix, which a near cache holds, into a panel. */
static void pack_square(const packing *p, int64_t row, int64_t column, int64_t columns, float *panel) {
    int64_t width = ck_float_panel_width(columns), rows = ck_min64(CK_FLOAT_PANEL, p->depth - row);
    const float *from = p->matrix + row * p->row_step + column * p->column_step;
    for (int64_t c = 0; c < columns; c++)
        for (int64_t r = 0; r < rows; r++)
            panel[(row + r) * width + c] = from[r * p->row_step + c * p->column_step];
    for (int64_t r = row; r < row + rows; r++)
        memset(panel + r * width + columns, 0, (size_t)(width - columns) * sizeof *panel);
}

static void pack_share(void *context, int part, int parts) {
    const packing *p = context;
    int64_t panels = ck_float_panels(p->columns);
    for (int64_t i = ck_part_begin(panels, part, parts); i < ck_part_begin(panels, part + 1, parts); i++) {
        int64_t column = i * CK_FLOAT_PANEL, columns = ck_min64(CK_FLOAT_PANEL, p->columns - column);
        for (int64_t row = 0; row < p->depth; row += CK_FLOAT_PANEL)
            pack_square(p, row, column, columns, p->packed + column * p->depth);
    }
}

void ck_pack_floats(
    int64_t depth, int64_t columns, const float *matrix, int64_t row_step, int64_t column_step, float *packed) {
    packing p = {depth, columns, row_step, column_step, matrix, packed};
    ck_parallel(depth * columns < LEAST_SHARED ? 1 : ck_threads(), pack_share, &p);
}

typedef struct {
    const ck_float_product *product;
    const float *source, *packed, *bias;
    float *destination;
    ck_float_grid grid;
    ck_tasks tasks;
} run;

static void multiply_panels(const run *r, int64_t first, int64_t rows, int64_t begin, int64_t end) {
    const ck_float_product *p = r->product;
    ck_float_panel panel = {.rows = rows, .depth = p->depth, .source = r->source + first * p->depth,
        .source_step = p->depth, .tail = p->tail, .target_step = p->columns};
    for (int64_t i = begin; i < end; i++) {
        int64_t column = i * CK_FLOAT_PANEL;
        panel.columns = ck_min64(CK_FLOAT_PANEL, p->columns - column);
        panel.weights = r->packed + column * p->depth, panel.bias = r->bias ? r->bias + column : NULL;
        panel.target = r->destination + first * p->columns + column;
        ck_run_float_panel(&panel);
    }
}

static void run_tasks(void *context, int part, int parts) {
    (void)parts;
    run *r = context;
    ck_float_grid grid = r->grid;
    int64_t rows = r->product->rows, panels = ck_float_panels(r->product->columns);
    for (int64_t task; (task = ck_next_task(&r->tasks, part)) >= 0;) {
        int64_t block = task / grid.divisions, division = task % grid.divisions, first = rows * block / grid.blocks;
        multiply_panels(r, first, rows * (block + 1) / grid.blocks - first, panels * division / grid.divisions,
            panels * (division + 1) / grid.divisions);
    }
}

/* Of a block. */
static int64_t most_rows(const ck_float_product *p) {
    int64_t row = p->depth * (int64_t)sizeof(float);
    if (p->columns * row <= NEAR_WEIGHTS) return SMALL_BLOCK;
    return ck_max64(LEAST_BLOCK, NEAR_ROWS / row / LEAST_BLOCK * LEAST_BLOCK);
}

void ck_multiply_floats(const ck_float_product *p, const float *source, const float *packed, const float *bias,
    float *destination, int parts) {
    run r = {.product = p, .source = source, .packed = packed, .bias = bias, .destination = destination};
    r.grid = ck_divide_floats(ck_ceiling(p->rows, most_rows(p)), p->rows / SMALL_BLOCK, p->columns, parts);
    ck_begin_tasks(&r.tasks, r.grid.blocks * r.grid.divisions, parts);
    ck_parallel(parts, run_tasks, &r);
}
