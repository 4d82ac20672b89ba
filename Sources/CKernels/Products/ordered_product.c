#include "ckernels_parallel.h"
#include "ordered.h"
#include "Platform/dispatch.h"
#include "Platform/tasks.h"
#include <string.h>

int ck_ordered_parts(int64_t tasks, int64_t work) {
    enum { LEAST_SHARED_WORK = 1 << 17 };
    return work < LEAST_SHARED_WORK ? 1 : (int)ck_min64(ck_threads(), tasks);
}

int64_t ck_ordered_block(int64_t n, int64_t k) {
    int64_t columns = 128, terms = 128;
    if (n >= k)
        while (terms / 2 >= k) terms /= 2;
    else
        for (; columns > 16 && columns / 2 >= n; columns /= 2) terms *= 2;
    return terms;
}

/* Whether one of the operands is a vector by which the rows of the other are multiplied. */
static bool is_by_lanes(const ck_ordered_product *p) {
    return p->m == 1 ? p->is_b_transposed : p->n == 1;
}

static int64_t panels_of(const ck_ordered_product *p) { return ck_ceiling(p->m > 1 && p->n == 1 ? p->m : p->n, CK_PANEL); }

static size_t panel_bytes(const ck_ordered_product *p) { return ck_aligned(p->k * CK_PANEL * (int64_t)sizeof(float)); }

int ck_ordered_product_parts(const ck_ordered_product *p, int64_t pairs) {
    return ck_ordered_parts(pairs * panels_of(p), pairs * p->m * p->n * p->k);
}

size_t ck_ordered_product_scratch(const ck_ordered_product *p, int parts) { return (size_t)parts * panel_bytes(p); }

/* Copies `columns` columns from `first` on. */
CK_BODY pack_columns_body(const float *b, int64_t n, int64_t k, int64_t columns, float *restrict panel) {
    if (columns == CK_PANEL)
        for (int64_t i = 0; i < k; i++, b += n, panel += CK_PANEL)
            for (int64_t j = 0; j < CK_PANEL; j++) panel[j] = b[j];
    else
        for (int64_t i = 0; i < k; i++, b += n, panel += CK_PANEL)
            for (int64_t j = 0; j < CK_PANEL; j++) panel[j] = j < columns ? b[j] : 0;
}

CK_DISPATCH(static void, pack_columns, (const float *b, int64_t n, int64_t k, int64_t columns, float *panel),
    (b, n, k, columns, panel))

static void pack(const ck_ordered_product *p, const float *b, int64_t first, int64_t columns, float *panel) {
    if (!p->is_b_transposed) return pack_columns(b + first, p->n, p->k, columns, panel);
    memset(panel, 0, panel_bytes(p));
    for (int64_t j = 0; j < columns; j++)
        for (int64_t i = 0; i < p->k; i++) panel[i * CK_PANEL + j] = b[(first + j) * p->k + i];
}

typedef struct {
    const ck_ordered_product *p;
    const ck_ordered_pairs *pairs;
    const float *a, *b, *bias;
    float *y;
    char *scratch;
    ck_tasks tasks;
} run;

static void place_bias(const run *r, float *y, int64_t rows, int64_t first, int64_t columns) {
    const ck_ordered_product *p = r->p;
    for (int64_t i = 0; r->bias && i < rows; i++)
        for (int64_t j = first; j < first + columns; j++)
            y[i * p->n + j] = r->bias[i * p->bias_row + j * p->bias_column];
}

static void multiply_columns(
    const run *r, const float *a, const float *b, float *y, int64_t first, int64_t columns, float *panel) {
    const ck_ordered_product *p = r->p;
    place_bias(r, y, p->m, first, columns);
    if (p->m == 1 && columns == CK_PANEL) return ck_sum_fours(a, b + first, p->n, p->k, columns, y + first, r->bias);
    pack(p, b, first, columns, panel);
    if (p->m == 1)
        ck_sum_fours(a, panel, CK_PANEL, p->k, columns, y + first, r->bias);
    else
        ck_sum_blocks(a, p->m, panel, p->k, ck_ordered_block(p->n, p->k), columns, y + first, p->n, r->bias);
}

static void multiply_rows(const run *r, const float *a, const float *b, float *y, int64_t first) {
    const ck_ordered_product *p = r->p;
    int64_t rows = p->m == 1 ? p->n : p->m, end = ck_min64(first + CK_PANEL, rows);
    for (int64_t i = first; r->bias && i < end; i++)
        y[i] = r->bias[i * (p->m == 1 ? p->bias_column : p->bias_row)];
    ck_sum_lanes(p->m == 1 ? a : b, p->m == 1 ? b : a, rows, first, end, p->k, y, r->bias);
}

/* Tasks are the panels of one pair after the other. */
static void multiply_tasks(void *context, int part, int parts) {
    (void)parts;
    run *r = context;
    const ck_ordered_product *p = r->p;
    float *panel = (float *)(r->scratch + (size_t)part * panel_bytes(p));
    for (int64_t task; (task = ck_next_task(&r->tasks, part)) >= 0;) {
        int64_t pair = task / panels_of(p), first = task % panels_of(p) * CK_PANEL;
        const float *a = r->a + r->pairs->a[pair] * p->m * p->k, *b = r->b + r->pairs->b[pair] * p->k * p->n;
        float *y = r->y + pair * p->m * p->n;
        if (is_by_lanes(p))
            multiply_rows(r, a, b, y, first);
        else
            multiply_columns(r, a, b, y, first, ck_min64(CK_PANEL, p->n - first), panel);
    }
}

void ck_ordered_multiply(const ck_ordered_product *p, const ck_ordered_pairs *pairs, const float *a, const float *b,
    const float *bias, float *y, void *scratch, int parts) {
    run r = {.p = p, .pairs = pairs, .a = a, .b = b, .bias = bias, .y = y, .scratch = scratch};
    ck_begin_tasks(&r.tasks, pairs->count * panels_of(p), parts);
    ck_parallel(parts, multiply_tasks, &r);
}
