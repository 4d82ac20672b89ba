/* How sums that matrix tiles left in memory become results, a few rows at a time: inside CKernels only. */
#ifndef CK_MATRIX_FINISH_H
#define CK_MATRIX_FINISH_H

#include "byte_store.h"
#include "matrix_tile.h"

#pragma STDC FP_CONTRACT OFF

/* Rows of sums are so many numbers apart. */
enum { SUM_STEP = CK_TILE_VECTORS * CK_LANES };

/* Rows whose sums wait to be finished: `left` from row `row` on, then those of the second group if there is one. */
typedef struct {
    const int32_t *sums, *second_sums;
    const ck_row_group *second;
    int64_t row;
    int left, height;
} waiting;

INLINE void start(waiting *w, const ck_row_group *group, const int32_t *sums) {
    w->row = group->row + group->done, w->left = w->height - group->done, w->sums = sums + group->done * SUM_STEP;
}

INLINE void step(waiting *w, int rows) {
    w->left -= rows, w->row += rows, w->sums += rows * SUM_STEP;
    if (w->left == 0 && w->second) start(w, w->second, w->second_sums), w->second = NULL;
}

/* What the rows of a panel of full vectors have in common; those of others are finished later, all at once. */
typedef struct {
    bool are_bytes, are_floats;
    __m512 scales[CK_TILE_VECTORS];
    finish f;
} full_rows;

INLINE full_rows full_rows_of(const ck_byte_panel *p, int vectors) {
    full_rows full = {.f = finish_of(p->type, p->zero_point)};
    bool is_full = vectors == CK_TILE_VECTORS && p->columns >= CK_TILE_VECTORS * CK_LANES;
    full.are_bytes = is_full && (p->type == CK_RESULT_U8 || p->type == CK_RESULT_S8);
    full.are_floats = is_full && p->type == CK_RESULT_F32;
    if (!is_full) return full;
    UNROLL for (int v = 0; v < CK_TILE_VECTORS; v++) full.scales[v] = _mm512_loadu_ps(p->scales + v * CK_LANES);
    return full;
}

/* Steps of the grid are rounded by adding what leaves no room for fractions, and go on to the sum as they are. */
INLINE void finish_sum(const ck_byte_panel *p, int64_t row, const int32_t *sums, const full_rows *full) {
    const float zero = (float)p->zero_point, rounds = 0x1.8p23f;
    const bool is_signed = p->type == CK_RESULT_S8;
    const __m512 low = _mm512_set1_ps((is_signed ? -128 : 0) - zero);
    const __m512 high = _mm512_set1_ps((is_signed ? 127 : 255) - zero);
    __m512 value[CK_TILE_VECTORS];
    UNROLL for (int v = 0; v < CK_TILE_VECTORS; v++) {
        __m512 steps = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_load_si512(sums + v * CK_LANES)), full->scales[v]);
        steps = _mm512_min_ps(_mm512_max_ps(steps, low), high);
        value[v] = _mm512_sub_ps(_mm512_add_ps(steps, _mm512_set1_ps(rounds)), _mm512_set1_ps(rounds - zero));
    }
    __m512i bytes = added_floats(value, &p->addends, row * p->addends_step, ~0ull, is_signed);
    _mm512_storeu_si512(p->target + row * p->target_step, bytes);
}

INLINE void finish_bytes(const ck_byte_panel *p, int64_t row, const int32_t *sums, const full_rows *full) {
    __m512i value[CK_TILE_VECTORS];
    UNROLL for (int v = 0; v < CK_TILE_VECTORS; v++) {
        __m512 sum = _mm512_cvtepi32_ps(_mm512_load_si512(sums + v * CK_LANES));
        value[v] = _mm512_cvtps_epi32(_mm512_mul_ps(sum, full->scales[v]));
    }
    _mm512_storeu_si512(p->target + row * p->target_step, in_order(narrowed(value, full->f)));
}

INLINE void load_row(const int32_t *sums, int vectors, __m512i *sum) {
    UNROLL for (int v = 0; v < vectors; v++) sum[v] = _mm512_load_si512(sums + v * CK_LANES);
}

/* Finishes `count` of the rows that wait, where they are full. */
INLINE void go_on(const ck_byte_panel *p, waiting *w, int count, const full_rows *full) {
    for (; count > 0 && w->left > 0; count--) {
        if (full->are_bytes && p->addends.bytes) {
            finish_sum(p, w->row, w->sums, full);
        } else if (full->are_bytes) {
            finish_bytes(p, w->row, w->sums, full);
        } else if (full->are_floats) {
            __m512i sum[CK_TILE_VECTORS];
            load_row(w->sums, CK_TILE_VECTORS, sum);
            store_floats(p, w->row, p->target + w->row * p->target_step, CK_TILE_VECTORS, sum);
        } else {
            return;
        }
        step(w, 1);
    }
}

/* Finishes all rows that wait. */
INLINE void finish_all(const ck_byte_panel *p, waiting *w, int vectors, finish f) {
    const int together = rows_together(vectors);
    while (w->left > 0) {
        __m512i sum[CK_TILE_VECTORS][CK_TILE_VECTORS];
        int done = w->left >= together ? together : 1;
        UNROLL for (int r = 0; r < together; r++) {
            if (r < done) load_row(w->sums + r * SUM_STEP, vectors, sum[r]);
        }
        if (done == together)
            store_rows(p, w->row, together, vectors, sum, f);
        else
            store_rows(p, w->row, 1, vectors, sum, f);
        step(w, done);
    }
}

#endif
