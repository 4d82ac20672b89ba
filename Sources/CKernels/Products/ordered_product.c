#include "ordered.h"
#include <string.h>

int64_t ck_ordered_block(int64_t n, int64_t k) {
    int64_t columns = 128, terms = 128;
    if (n >= k)
        while (terms / 2 >= k) terms /= 2;
    else
        for (; columns > 16 && columns / 2 >= n; columns /= 2) terms *= 2;
    return terms;
}

size_t ck_ordered_product_scratch(const ck_ordered_product *p) { return (size_t)p->k * CK_PANEL * sizeof(float); }

/* Copies `columns` columns from `first` on. */
static void pack(const ck_ordered_product *p, const float *b, int64_t first, int64_t columns, float *panel) {
    memset(panel, 0, ck_ordered_product_scratch(p));
    int64_t row = p->is_b_transposed ? 1 : p->n, column = p->is_b_transposed ? p->k : 1;
    for (int64_t k = 0; k < p->k; k++)
        for (int64_t j = 0; j < columns; j++) panel[k * CK_PANEL + j] = b[k * row + (first + j) * column];
}

void ck_ordered_multiply(const ck_ordered_product *p, const float *a, const float *b, const float *bias, float *y,
    void *scratch) {
    for (int64_t i = 0; bias && i < p->m; i++)
        for (int64_t j = 0; j < p->n; j++) y[i * p->n + j] = bias[i * p->bias_row + j * p->bias_column];
    if (p->m == 1 && p->is_b_transposed) return ck_sum_lanes(a, b, p->n, p->k, y, bias);
    if (p->m > 1 && p->n == 1) return ck_sum_lanes(b, a, p->m, p->k, y, bias);
    int64_t block = ck_ordered_block(p->n, p->k);
    for (int64_t first = 0; first < p->n; first += CK_PANEL) {
        int64_t columns = ck_least(CK_PANEL, p->n - first);
        pack(p, b, first, columns, scratch);
        if (p->m == 1)
            ck_sum_fours(a, scratch, p->k, columns, y + first, bias);
        else
            ck_sum_blocks(a, p->m, scratch, p->k, block, columns, y + first, p->n, bias);
    }
}
