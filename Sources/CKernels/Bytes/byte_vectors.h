/* What byte products on AVX-512 with VNNI have in common: inside CKernels only. */
#ifndef CK_BYTE_VECTORS_H
#define CK_BYTE_VECTORS_H

#include "ckernels_integer.h"
#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) VNNI
#define UNROLL _Pragma("clang loop unroll(full)")

/* What becomes of sums. */
typedef struct {
    ck_result_type type;
    __m512i zero;
} finish;

INLINE finish finish_of(ck_result_type type, int32_t zero_point) {
    return (finish){type, _mm512_set1_epi16((short)zero_point)};
}

INLINE __m512 scaled(__m512i sum, const float *scales) {
    return _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_loadu_ps(scales));
}

/* `ck_finish`, before zero points and for what does not leave int32: later steps saturate. */
INLINE __m512i rounded(__m512i sum, const float *scales) { return _mm512_cvtps_epi32(scaled(sum, scales)); }

/* Narrows four vectors; each quarter of the result is the same quarter of the four. */
INLINE __m512i narrowed(const __m512i value[4], finish f) {
    __m512i front = _mm512_adds_epi16(_mm512_packs_epi32(value[0], value[1]), f.zero);
    __m512i back = _mm512_adds_epi16(_mm512_packs_epi32(value[2], value[3]), f.zero);
    return f.type == CK_RESULT_U8 ? _mm512_packus_epi16(front, back) : _mm512_packs_epi16(front, back);
}

/* The four vectors one behind the other. */
INLINE __m512i in_order(__m512i narrowed) {
    const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    return _mm512_permutexvar_epi32(order, narrowed);
}

INLINE __mmask64 first_bytes(int64_t count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

#endif
