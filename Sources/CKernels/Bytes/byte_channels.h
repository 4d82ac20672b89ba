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

/* Packing pairs of vectors within their quarters takes sums back to the order of the channels. */
INLINE void store_channels(
    const ck_depthwise_line *l, char *target, const __m512i sum[4], int64_t first, finish f) {
    const float *scales = l->scales + first;
    int64_t left = l->channels - first;
    __m512i value[4];
    if (f.type == CK_RESULT_U8 || f.type == CK_RESULT_S8) {
        UNROLL for (int v = 0; v < 4; v++) value[v] = rounded(sum[v], scales + v * 16);
        _mm512_mask_storeu_epi8(target, first_bytes(left), narrowed(value, f));
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
