/* What depthwise convolutions of bytes have in common: inside CKernels only. */
#ifndef CK_BYTE_CHANNELS_H
#define CK_BYTE_CHANNELS_H

#include "byte_tile.h"
#include "byte_vectors.h"
#include <string.h>

/* Four lines' bytes of 64 channels side by side, so that the four bytes of a lane belong to one channel. */
INLINE void interleave(const __m512i line[4], __m512i quad[4]) {
    __m512i ab = _mm512_unpacklo_epi8(line[0], line[1]), AB = _mm512_unpackhi_epi8(line[0], line[1]);
    __m512i cd = _mm512_unpacklo_epi8(line[2], line[3]), CD = _mm512_unpackhi_epi8(line[2], line[3]);
    quad[0] = _mm512_unpacklo_epi16(ab, cd);
    quad[1] = _mm512_unpackhi_epi16(ab, cd);
    quad[2] = _mm512_unpacklo_epi16(AB, CD);
    quad[3] = _mm512_unpackhi_epi16(AB, CD);
}

/* `width` bytes, 64, 32 or 16, or those that the mask has where it is 0. */
INLINE __m512i load_channels(const uint8_t *at, int width, __mmask64 mask) {
    switch (width) {
    case 64: return _mm512_loadu_si512(at);
    case 32: return _mm512_zextsi256_si512(_mm256_loadu_si256((const __m256i *)at));
    case 16: return _mm512_zextsi128_si512(_mm_loadu_si128((const __m128i *)at));
    default: return _mm512_maskz_loadu_epi8(mask, at);
    }
}

/* The same the other way round. */
INLINE void store_bytes_of_channels(char *target, __m512i bytes, int width, __mmask64 mask) {
    switch (width) {
    case 64: _mm512_storeu_si512(target, bytes); return;
    case 32: _mm256_storeu_si256((__m256i *)target, _mm512_castsi512_si256(bytes)); return;
    case 16: _mm_storeu_si128((__m128i *)target, _mm512_castsi512_si128(bytes)); return;
    default: _mm512_mask_storeu_epi8(target, mask, bytes);
    }
}

/* Packing pairs of vectors within their quarters takes sums back to the order of the channels. */
INLINE void store_channels(
    const ck_depthwise_line *l, char *target, const __m512i sum[4], int64_t first, int width, finish f) {
    const float *scales = l->scales + first;
    int64_t left = l->channels - first;
    __m512i value[4];
    if (f.type == CK_RESULT_U8 || f.type == CK_RESULT_S8) {
        UNROLL for (int v = 0; v < 4; v++) value[v] = rounded(sum[v], scales + v * 16);
        store_bytes_of_channels(target, narrowed(value, f), width, first_bytes(left));
        return;
    }
    int32_t words[CK_DEPTHWISE_CHANNELS], ordered[CK_DEPTHWISE_CHANNELS];
    for (int v = 0; v < 4; v++) {
        value[v] = f.type == CK_RESULT_S32 ? sum[v] : _mm512_castps_si512(scaled(sum[v], scales + v * 16));
        _mm512_storeu_si512(words + v * 16, value[v]);
    }
    for (int c = 0; c < CK_DEPTHWISE_CHANNELS; c++) ordered[c] = words[ck_depthwise_place(l->down, 0, 0, c) / 4];
    memcpy(target, ordered, (size_t)(left < 64 ? left : 64) * sizeof *ordered);
}

#endif
