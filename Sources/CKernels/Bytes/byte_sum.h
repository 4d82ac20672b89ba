/* The sum of bytes on two grids, as bytes on a third, with AVX-512: inside CKernels only. */
#ifndef CK_BYTE_SUM_H
#define CK_BYTE_SUM_H

#include "ckernels_bytes.h"
#include <immintrin.h>

#define CK_SUM static inline __attribute__((always_inline, target("avx512f,avx512bw,avx512vl,avx512dq")))

CK_SUM __m512 ck_floats_of_bytes(__m128i bytes, bool is_signed) {
    return _mm512_cvtepi32_ps(is_signed ? _mm512_cvtepi8_epi32(bytes) : _mm512_cvtepu8_epi32(bytes));
}

/* Sixty-four sums of such numbers. */
CK_SUM __m512i ck_sum_floats(
    const __m512 first[4], const __m512 second[4], bool is_signed, const ck_byte_sum *s) {
    const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    __m512 ratio = _mm512_set1_ps(s->ratio_first), other = _mm512_set1_ps(s->ratio_second);
    __m512i value[4];
    _Pragma("clang loop unroll(full)") for (int q = 0; q < 4; q++) {
        __m512 sum = _mm512_fmadd_ps(second[q], other, _mm512_set1_ps(s->fixed));
        value[q] = _mm512_cvtps_epi32(_mm512_fmadd_ps(first[q], ratio, sum));
    }
    __m512i front = _mm512_packs_epi32(value[0], value[1]), back = _mm512_packs_epi32(value[2], value[3]);
    __m512i bytes = is_signed ? _mm512_packs_epi16(front, back) : _mm512_packus_epi16(front, back);
    return _mm512_permutexvar_epi32(order, bytes);
}

#endif
