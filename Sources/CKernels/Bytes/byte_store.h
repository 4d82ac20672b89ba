/* How the sums of a tile are stored: inside CKernels only. */
#ifndef CK_BYTE_STORE_H
#define CK_BYTE_STORE_H

#include "byte_sum.h"
#include "byte_tile.h"
#include "byte_vectors.h"

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

/* As many rows as are narrowed together, or less, in bytes. */
INLINE __m512i narrowed_rows(
    const ck_byte_panel *p, int count, int vectors, const __m512i sum[][CK_TILE_VECTORS], finish f) {
    __m512i value[4];
    UNROLL for (int i = 0; i < 4; i++)
        value[i] = i < count * vectors ? rounded(sum[i / vectors][i % vectors], p->scales + i % vectors * CK_LANES)
                                       : _mm512_setzero_si512();
    return in_order(narrowed(value, f));
}

/* Sixty-four numbers added to the bytes that lie at `offset` from the first ones. */
INLINE __m512i added_floats(
    const __m512 mine[4], const ck_addends *a, int64_t offset, __mmask64 mask, bool is_signed) {
    __m512 others[4];
    UNROLL for (int q = 0; q < 4; q++) {
        __m128i bytes = _mm_maskz_loadu_epi8((__mmask16)(mask >> 16 * q), a->bytes + offset + 16 * q);
        others[q] = ck_floats_of_bytes(bytes, is_signed);
    }
    return a->results_come_first ? ck_sum_floats(mine, others, is_signed, &a->sum)
                                 : ck_sum_floats(others, mine, is_signed, &a->sum);
}

/* The same of bytes, less than 64 in the low quarters. */
INLINE __m512i added(__m512i bytes, const ck_addends *a, int64_t offset, __mmask64 mask, bool is_signed) {
    __m512 mine[4];
    UNROLL for (int q = 0; q < 4; q++) mine[q] = ck_floats_of_bytes(quarter(bytes, q), is_signed);
    return added_floats(mine, a, offset, mask, is_signed);
}

/* Stores `count` rows from row `row` on, at most as many as are narrowed together. */
INLINE void store_bytes(const ck_byte_panel *p, int64_t row, int count, int vectors,
    const __m512i sum[][CK_TILE_VECTORS], finish f) {
    __m512i bytes = narrowed_rows(p, count, vectors, sum, f);
    __mmask64 mask = first_bytes(p->columns < vectors * CK_LANES ? p->columns : vectors * CK_LANES);
    UNROLL for (int r = 0; r < count; r++) {
        __m512i each = vectors == 1 ? _mm512_zextsi128_si512(quarter(bytes, r))
            : vectors == 2          ? _mm512_zextsi256_si512(half(bytes, r))
                                    : bytes;
        if (p->addends.bytes)
            each = added(each, &p->addends, (row + r) * p->addends_step, mask, f.type == CK_RESULT_S8);
        char *target = p->target + (row + r) * p->target_step;
        if (vectors == 1)
            _mm_mask_storeu_epi8(target, (__mmask16)mask, _mm512_castsi512_si128(each));
        else if (vectors == 2)
            _mm256_mask_storeu_epi8(target, (__mmask32)mask, _mm512_castsi512_si256(each));
        else
            _mm512_mask_storeu_epi8(target, mask, each);
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

/* Stores `count` rows of the panel from row `row` on. */
INLINE void store_rows(const ck_byte_panel *p, int64_t row, int count, int vectors,
    const __m512i sum[][CK_TILE_VECTORS], finish f) {
    const int together = rows_together(vectors);
    char *target = p->target + row * p->target_step;
    if (p->type == CK_RESULT_U8 || p->type == CK_RESULT_S8) {
        UNROLL for (int r = 0; r < count; r += together)
            store_bytes(p, row + r, count - r < together ? count - r : together, vectors, sum + r, f);
    } else if (p->type == CK_RESULT_F32 && p->columns >= vectors * CK_LANES) {
        UNROLL for (int r = 0; r < count; r++)
            store_floats(p, row + r, target + r * p->target_step, vectors, sum[r]);
    } else {
        UNROLL for (int r = 0; r < count; r++)
            store_words(p, row + r, target + r * p->target_step, vectors, sum[r], f);
    }
}

#endif
