#include "byte_tile.h"
#include "ckernels_isa.h"
#include <string.h>

#if defined(__x86_64__)
#include "byte_vectors.h"

bool ck_has_byte_products(void) { return ck_active_isa() == CK_AVX512_VNNI; }

#pragma STDC FP_CONTRACT OFF

/* Rows that are narrowed together: they fill the four vectors that one step takes. */
INLINE int rows_together(int vectors) { return vectors < 3 ? CK_TILE_VECTORS / vectors : 1; }

INLINE __m128i quarter(__m512i bytes, int index) {
    switch (index) {
    case 0: return _mm512_castsi512_si128(bytes);
    case 1: return _mm512_extracti32x4_epi32(bytes, 1);
    case 2: return _mm512_extracti32x4_epi32(bytes, 2);
    default: return _mm512_extracti32x4_epi32(bytes, 3);
    }
}

INLINE __m256i half(__m512i bytes, int index) {
    return index == 0 ? _mm512_castsi512_si256(bytes) : _mm512_extracti64x4_epi64(bytes, 1);
}

/* Stores `count` rows, at most as many as are narrowed together. */
INLINE void store_bytes(const ck_byte_panel *p, char *target, int count, int vectors,
    const __m512i sum[][CK_TILE_VECTORS], finish f) {
    const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    __m512i value[4];
    UNROLL for (int i = 0; i < 4; i++)
        value[i] = i < count * vectors ? rounded(sum[i / vectors][i % vectors], p->scales + i % vectors * CK_LANES)
                                       : _mm512_setzero_si512();
    __m512i bytes = _mm512_permutexvar_epi32(order, narrowed(value, f));
    __mmask64 mask = first_bytes(p->columns < vectors * CK_LANES ? p->columns : vectors * CK_LANES);
    UNROLL for (int r = 0; r < count; r++, target += p->target_step) {
        if (vectors == 1)
            _mm_mask_storeu_epi8(target, (__mmask16)mask, quarter(bytes, r));
        else if (vectors == 2)
            _mm256_mask_storeu_epi8(target, (__mmask32)mask, half(bytes, r));
        else
            _mm512_mask_storeu_epi8(target, mask, bytes);
    }
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

/* The same for float results of all columns, without masks. */
INLINE void store_floats(const ck_byte_panel *p, int64_t row, char *target, int vectors, const __m512i *sum) {
    const float *each = p->addends.columns, *all = p->addends.elements;
    __m512 value[CK_TILE_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) value[v] = scaled(sum[v], p->scales + v * CK_LANES);
    if (each) {
        UNROLL for (int v = 0; v < vectors; v++)
            value[v] = _mm512_add_ps(value[v], _mm512_loadu_ps(each + v * CK_LANES));
    }
    if (all) {
        all += row * p->addends_step;
        UNROLL for (int v = 0; v < vectors; v++)
            value[v] = _mm512_add_ps(value[v], _mm512_loadu_ps(all + v * CK_LANES));
    }
    UNROLL for (int v = 0; v < vectors; v++) _mm512_storeu_ps((float *)target + v * CK_LANES, value[v]);
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
    const int together = rows_together(vectors);
    int64_t size = p->segments * p->quads * vectors * 64;
    for (int64_t row = first; row < first + tiles * count; row += count) {
        __m512i sum[CK_TILE_ROWS][CK_TILE_VECTORS];
        int64_t line = row / count;
        int64_t ahead = p->fetches_ahead && line < vectors ? size + line * 64 : 0;
        multiply(p, p->rows + row, count, vectors, ahead, sum);
        char *target = p->target + row * p->target_step;
        if (narrow) {
            UNROLL for (int r = 0; r < count; r += together)
                store_bytes(p, target + r * p->target_step, count - r < together ? count - r : together, vectors,
                    sum + r, f);
        } else if (p->type == CK_RESULT_F32 && p->columns >= vectors * CK_LANES) {
            UNROLL for (int r = 0; r < count; r++)
                store_floats(p, row + r, target + r * p->target_step, vectors, sum[r]);
        } else {
            UNROLL for (int r = 0; r < count; r++)
                store_words(p, row + r, target + r * p->target_step, vectors, sum[r], f);
        }
    }
}

typedef void (*panel_function)(const ck_byte_panel *, int64_t first, int64_t tiles);

#define RUN(R, V)                                                                                                     \
    VNNI static void run_##R##_##V(const ck_byte_panel *p, int64_t first, int64_t tiles) { run(p, first, tiles, R, V); }
#define RUNS_1(R) RUN(R, 1)
#define RUNS_2(R) RUNS_1(R) RUN(R, 2)
#define RUNS_4(R) RUNS_2(R) RUN(R, 3) RUN(R, 4)
RUNS_4(1) RUNS_4(2) RUNS_4(3) RUNS_4(4) RUNS_4(5) RUNS_4(6) RUNS_2(7) RUNS_2(8) RUNS_1(9) RUNS_1(10) RUNS_1(11)
RUNS_1(12)
#define ROW_1(R) {run_##R##_1}
#define ROW_2(R) {run_##R##_1, run_##R##_2}
#define ROW_4(R) {run_##R##_1, run_##R##_2, run_##R##_3, run_##R##_4}
static const panel_function runs[CK_TILE_ROWS][CK_TILE_VECTORS] = {ROW_4(1), ROW_4(2), ROW_4(3), ROW_4(4), ROW_4(5),
    ROW_4(6), ROW_2(7), ROW_2(8), ROW_1(9), ROW_1(10), ROW_1(11), ROW_1(12)};

/* The most rows of a tile. Where sums are short, storing results takes its share of the time: the processor does it while it
   multiplies the next tile, if both are small enough to be looked at together. */
static int64_t most_rows(const ck_byte_panel *p) {
    enum { SHORT_QUADS = 128 };
    static const int64_t usual[CK_TILE_VECTORS] = {12, 8, 6, 6}, small[CK_TILE_VECTORS] = {12, 8, 4, 4};
    return (p->segments * p->quads <= SHORT_QUADS ? small : usual)[p->vectors - 1];
}

/* Tiles are as even as can be: some of one row more than the others. */
void ck_run_byte_panel(const ck_byte_panel *p) {
    int64_t most = most_rows(p), tiles = (p->count + most - 1) / most;
    if (tiles == 0) return;
    int64_t rows = p->count / tiles, longer = p->count % tiles;
    if (longer) runs[rows][p->vectors - 1](p, 0, longer);
    runs[rows - 1][p->vectors - 1](p, longer * (rows + 1), tiles - longer);
}

#else

bool ck_has_byte_products(void) { return false; }
void ck_run_byte_panel(const ck_byte_panel *panel) { (void)panel; }

#endif
