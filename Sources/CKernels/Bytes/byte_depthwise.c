#include "byte_tile.h"
#include <string.h>

enum { HELD_QUADS = CK_MOST_LINES / 4, QUAD_BYTES = 4 * CK_DEPTHWISE_CHANNELS };

bool ck_takes_depthwise_window(int64_t down, int64_t across, int64_t dilation) {
    return down <= CK_MOST_LINES && across <= HELD_QUADS && dilation <= HELD_QUADS &&
        (down + 3) / 4 * ((across - 1) * dilation + 1) <= HELD_QUADS;
}

#if defined(__x86_64__)
#include "byte_channels.h"

/* Interleaves the lines at `count` positions from `position` on, all inside the image or all outside. */
INLINE uint8_t *gather_run(const ck_depthwise_line *l, bool inside, int64_t position, int64_t count, int64_t first,
    __mmask64 mask, int64_t quads, uint8_t *held) {
    const __m512i flip = _mm512_set1_epi8((char)l->flip);
    for (int64_t q = 0; q < quads; q++) {
        const uint8_t *at[4];
        int64_t step[4];
        __mmask64 live[4];
        for (int i = 0; i < 4; i++) {
            const uint8_t *line = 4 * q + i < l->down && inside ? l->lines[4 * q + i] : 0;
            at[i] = (line ? line + position * l->channels : l->padding) + first;
            step[i] = line ? l->channels : 0;
            live[i] = 4 * q + i < l->down ? mask : 0;
        }
        for (int64_t n = 0; n < count; n++) {
            __m512i line[4];
            UNROLL for (int i = 0; i < 4; i++)
                line[i] = _mm512_xor_si512(_mm512_maskz_loadu_epi8(live[i], at[i] + n * step[i]), flip);
            __m512i quad[4];
            interleave(line, quad);
            UNROLL for (int v = 0; v < 4; v++)
                _mm512_store_si512(held + (n * quads + q) * QUAD_BYTES + v * 64, quad[v]);
        }
    }
    return held + count * quads * QUAD_BYTES;
}

static int64_t between(int64_t low, int64_t value, int64_t high) {
    return value < low ? low : value > high ? high : value;
}

INLINE void gather(const ck_depthwise_line *l, int64_t position, int64_t count, int64_t first, __mmask64 mask,
    int64_t quads, uint8_t *held) {
    int64_t before = between(0, -position, count), end = between(before, l->extent - position, count);
    held = gather_run(l, false, 0, before, first, mask, quads, held);
    held = gather_run(l, true, position + before, end - before, first, mask, quads, held);
    gather_run(l, false, 0, count - end, first, mask, quads, held);
}

/* Outputs whose quads are all there. */
INLINE void multiply(const ck_depthwise_line *l, const uint8_t *held, int64_t count, int64_t first, int64_t quads,
    const int8_t *weights, char *target, int64_t step) {
    finish f = finish_of(l->type, l->zero_point);
    for (int64_t n = 0; n < count; n++, target += step) {
        __m512i sum[4];
        UNROLL for (int v = 0; v < 4; v++) sum[v] = _mm512_loadu_si512(l->bias + first + v * 16);
        const uint8_t *window = held + n * l->stride * quads * QUAD_BYTES;
        const int8_t *w = weights;
        for (int64_t x = 0; x < l->across; x++) {
            const uint8_t *quad = window + x * l->dilation * quads * QUAD_BYTES;
            for (int64_t q = 0; q < quads; q++, quad += QUAD_BYTES, w += QUAD_BYTES)
                UNROLL for (int v = 0; v < 4; v++)
                    sum[v] = _mm512_dpbusd_epi32(
                        sum[v], _mm512_load_si512(quad + v * 64), _mm512_loadu_si512(w + v * 64));
        }
        store_channels(l, target, sum, first, 0, f);
    }
}

VNNI void ck_run_depthwise_line(const ck_depthwise_line *l) {
    if (ck_slide_depthwise_line(l)) return;
    _Alignas(64) uint8_t held[HELD_QUADS * QUAD_BYTES];
    int64_t quads = (l->down + 3) / 4, span = (l->across - 1) * l->dilation + 1;
    int64_t most = (HELD_QUADS / quads - span) / l->stride + 1;
    int64_t width = l->type == CK_RESULT_U8 || l->type == CK_RESULT_S8 ? 1 : 4, step = l->channels * width;
    for (int64_t first = 0; first < l->channels; first += CK_DEPTHWISE_CHANNELS) {
        __mmask64 mask = first_bytes(l->channels - first);
        const int8_t *weights = l->weights + first * l->across * quads * 4;
        for (int64_t done = 0, count; done < l->count; done += count) {
            count = l->count - done < most ? l->count - done : most;
            gather(l, l->begin + done * l->stride, (count - 1) * l->stride + span, first, mask, quads, held);
            char *target = l->target + done * step + first * width;
            multiply(l, held, count, first, quads, weights, target, step);
        }
    }
}

#else

void ck_run_depthwise_line(const ck_depthwise_line *line) { (void)line; }

#endif
