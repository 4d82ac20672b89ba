#include "byte_tile.h"
#include "ckernels_bytes.h"
#include "ckernels_isa.h"
#include <string.h>

#if defined(__x86_64__)
#include "byte_vectors.h"

bool ck_has_byte_products(void) { return ck_active_isa() == CK_AVX512_VNNI; }

INLINE void store_bytes(const ck_byte_tile *t, int row, int vectors, const __m512i *sum, finish f) {
    const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    __m512i value[4];
    UNROLL for (int v = 0; v < 4; v++)
        value[v] = v < vectors ? rounded(sum[v], t->scales + v * CK_LANES, f) : _mm512_setzero_si512();
    int64_t count = t->columns < vectors * CK_LANES ? t->columns : vectors * CK_LANES;
    __m512i bytes = _mm512_permutexvar_epi32(order, narrowed(value, f));
    _mm512_mask_storeu_epi8(t->target[row], first_bytes(count), bytes);
}

INLINE void store_words(const ck_byte_tile *t, int row, int vectors, const __m512i *sum, finish f) {
    UNROLL for (int v = 0; v < vectors; v++) {
        int64_t first = v * CK_LANES, left = t->columns - first;
        __mmask16 mask = left >= CK_LANES ? 0xffff : left <= 0 ? 0 : (__mmask16)((1u << left) - 1);
        __m512i value = f.type == CK_RESULT_S32 ? sum[v] : _mm512_castps_si512(scaled(sum[v], t->scales + first));
        _mm512_mask_storeu_epi32((int32_t *)t->target[row] + first, mask, value);
    }
}

INLINE void tile(const ck_byte_tile *t, int rows, int vectors) {
    __m512i sum[CK_TILE_ROWS][CK_TILE_VECTORS], weights[CK_TILE_VECTORS];
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = _mm512_loadu_si512(t->bias + v * CK_LANES);
    }
    const int8_t *w = t->weights;
    for (int64_t s = 0; s < t->segments; s++) {
        const uint8_t *row[CK_TILE_ROWS];
        UNROLL for (int r = 0; r < rows; r++) row[r] = t->row[r] + t->segment_offsets[s];
        for (int64_t q = 0; q < t->quads; q++, w += vectors * 64) {
            UNROLL for (int v = 0; v < vectors; v++) weights[v] = _mm512_loadu_si512(w + v * 64);
            UNROLL for (int r = 0; r < rows; r++) {
                int32_t four;
                memcpy(&four, row[r] + 4 * q, sizeof four);
                __m512i bytes = _mm512_set1_epi32(four);
                UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = _mm512_dpbusd_epi32(sum[r][v], bytes, weights[v]);
            }
        }
    }
    finish f = finish_of(t->type, t->zero_point);
    bool narrow = t->type == CK_RESULT_U8 || t->type == CK_RESULT_S8;
    UNROLL for (int r = 0; r < rows; r++) {
        if (narrow)
            store_bytes(t, r, vectors, sum[r], f);
        else
            store_words(t, r, vectors, sum[r], f);
    }
}

#define TILE(R, V) VNNI static void tile_##R##_##V(const ck_byte_tile *t) { tile(t, R, V); }
#define TILES(R) TILE(R, 1) TILE(R, 2) TILE(R, 3) TILE(R, 4)
TILES(1) TILES(2) TILES(3) TILES(4) TILES(5) TILES(6)

void ck_run_byte_tile(const ck_byte_tile *t) {
#define ROW(R) {tile_##R##_1, tile_##R##_2, tile_##R##_3, tile_##R##_4}
    static void (*const run[CK_TILE_ROWS][CK_TILE_VECTORS])(const ck_byte_tile *) = {
        ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6)};
    run[t->rows - 1][t->vectors - 1](t);
}

#else

bool ck_has_byte_products(void) { return false; }
void ck_run_byte_tile(const ck_byte_tile *tile) { (void)tile; }

#endif
