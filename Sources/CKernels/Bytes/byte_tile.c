#include "byte_tile.h"
#include "ckernels_isa.h"
#include <string.h>

#if defined(__x86_64__)
#include "byte_vectors.h"

bool ck_has_byte_products(void) { return ck_active_isa() == CK_AVX512_VNNI; }

#pragma STDC FP_CONTRACT OFF

INLINE void store_bytes(const ck_byte_panel *p, char *target, int vectors, const __m512i *sum, finish f) {
    const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    __m512i value[4];
    UNROLL for (int v = 0; v < 4; v++)
        value[v] = v < vectors ? rounded(sum[v], p->scales + v * CK_LANES, f) : _mm512_setzero_si512();
    int64_t count = p->columns < vectors * CK_LANES ? p->columns : vectors * CK_LANES;
    __m512i bytes = _mm512_permutexvar_epi32(order, narrowed(value, f));
    _mm512_mask_storeu_epi8(target, first_bytes(count), bytes);
}

INLINE __mmask16 first_words(int64_t count) {
    return count >= CK_LANES ? 0xffff : count <= 0 ? 0 : (__mmask16)((1u << count) - 1);
}

INLINE void store_words(
    const ck_byte_panel *p, int64_t row, char *target, int vectors, const __m512i *sum, finish f) {
    UNROLL for (int v = 0; v < vectors; v++) {
        int64_t first = v * CK_LANES;
        __mmask16 mask = first_words(p->columns - first);
        __m512i result = sum[v];
        if (f.type == CK_RESULT_F32) {
            __m512 value = scaled(sum[v], p->scales + first);
            const float *each = p->addends.columns, *all = p->addends.elements;
            if (each) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, each + first));
            if (all) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, all + row * p->addends_step + first));
            result = _mm512_castps_si512(value);
        }
        _mm512_mask_storeu_epi32((int32_t *)target + first, mask, result);
    }
}

/* Fetches a line of the weights `ahead` bytes on for every four bytes of a row. */
INLINE void multiply(const ck_byte_panel *p, const uint8_t *const *rows, int count, int vectors, int64_t ahead,
    __m512i sum[CK_TILE_ROWS][CK_TILE_VECTORS]) {
    UNROLL for (int r = 0; r < count; r++) {
        UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = _mm512_loadu_si512(p->bias + v * CK_LANES);
    }
    const int8_t *w = p->weights;
    for (int64_t s = 0; s < p->segments; s++) {
        const uint8_t *row[CK_TILE_ROWS];
        UNROLL for (int r = 0; r < count; r++) row[r] = rows[r] + p->segment_offsets[s];
        for (int64_t q = 0; q < p->quads; q++, w += vectors * 64) {
            __m512i weights[CK_TILE_VECTORS];
            _mm_prefetch((const char *)w + ahead, _MM_HINT_T1);
            UNROLL for (int v = 0; v < vectors; v++) weights[v] = _mm512_loadu_si512(w + v * 64);
            UNROLL for (int r = 0; r < count; r++) {
                int32_t four;
                memcpy(&four, row[r] + 4 * q, sizeof four);
                __m512i bytes = _mm512_set1_epi32(four);
                UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = _mm512_dpbusd_epi32(sum[r][v], bytes, weights[v]);
            }
        }
    }
}

/* `tiles` tiles of `count` rows from row `first` on. */
INLINE void run(const ck_byte_panel *p, int64_t first, int64_t tiles, int count, int vectors) {
    finish f = finish_of(p->type, p->zero_point);
    bool narrow = p->type == CK_RESULT_U8 || p->type == CK_RESULT_S8;
    int64_t size = p->segments * p->quads * vectors * 64;
    for (int64_t row = first; row < first + tiles * count; row += count) {
        __m512i sum[CK_TILE_ROWS][CK_TILE_VECTORS];
        int64_t line = row / count;
        int64_t ahead = p->fetches_ahead && line < vectors ? size + line * 64 : 0;
        multiply(p, p->rows + row, count, vectors, ahead, sum);
        char *target = p->target + row * p->target_step;
        UNROLL for (int r = 0; r < count; r++, target += p->target_step) {
            if (narrow)
                store_bytes(p, target, vectors, sum[r], f);
            else
                store_words(p, row + r, target, vectors, sum[r], f);
        }
    }
}

typedef void (*panel_function)(const ck_byte_panel *, int64_t first, int64_t tiles);

#define RUN(R, V)                                                                                                     \
    VNNI static void run_##R##_##V(const ck_byte_panel *p, int64_t first, int64_t tiles) { run(p, first, tiles, R, V); }
#define RUNS(R) RUN(R, 1) RUN(R, 2) RUN(R, 3) RUN(R, 4)
RUNS(1) RUNS(2) RUNS(3) RUNS(4) RUNS(5) RUNS(6)
#define ROW(R) {run_##R##_1, run_##R##_2, run_##R##_3, run_##R##_4}
static const panel_function runs[CK_TILE_ROWS][CK_TILE_VECTORS] = {ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6)};

/* Tiles are as even as can be: some of one row more than the others. */
void ck_run_byte_panel(const ck_byte_panel *p) {
    int64_t tiles = (p->count + CK_TILE_ROWS - 1) / CK_TILE_ROWS;
    if (tiles == 0) return;
    int64_t rows = p->count / tiles, longer = p->count % tiles;
    if (longer) runs[rows][p->vectors - 1](p, 0, longer);
    runs[rows - 1][p->vectors - 1](p, longer * (rows + 1), tiles - longer);
}

#else

bool ck_has_byte_products(void) { return false; }
void ck_run_byte_panel(const ck_byte_panel *panel) { (void)panel; }

#endif
