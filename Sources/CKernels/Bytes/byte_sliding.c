#include "byte_tile.h"

#if defined(__x86_64__)
#include "byte_channels.h"

/* Windows of three by three that slide over 64 channels of a line: the bytes of a position are interleaved once, and
   stay in registers until the last window that covers them. */
typedef struct {
    ck_depthwise_line line;
    int64_t first;
    /* Of each of the three lines the bytes at position 0, and how far positions are apart. */
    const uint8_t *at[3];
    int64_t step[3];
    const uint8_t *padding;
    __mmask64 mask;
    __m512i flip;
    finish finish;
} slide;

INLINE slide slide_of(const ck_depthwise_line *l, int64_t first) {
    slide s = {.line = *l, .first = first, .padding = l->padding + first, .mask = first_bytes(l->channels - first),
        .flip = _mm512_set1_epi8((char)l->flip), .finish = finish_of(l->type, l->zero_point)};
    for (int i = 0; i < 3; i++) {
        s.at[i] = l->lines[i] ? l->lines[i] + first : s.padding;
        s.step[i] = l->lines[i] ? l->channels : 0;
    }
    return s;
}

/* The weights of a fourth line are zeros, whatever it holds. */
INLINE void load_quads(const slide *s, int64_t position, int width, __m512i quad[4]) {
    bool inside = position >= 0 && position < s->line.extent;
    __m512i line[4];
    UNROLL for (int i = 0; i < 3; i++) {
        const uint8_t *at = inside ? s->at[i] + position * s->step[i] : s->padding;
        line[i] = _mm512_xor_si512(load_channels(at, width, s->mask), s->flip);
    }
    line[3] = line[2];
    interleave(line, quad);
}

INLINE void add_products(
    const __m512i sum[4], const __m512i quad[4], const __m512i weights[4], __m512i result[4]) {
    UNROLL for (int v = 0; v < 4; v++) result[v] = _mm512_dpbusd_epi32(sum[v], quad[v], weights[v]);
}

/* `open` are the sums of the next window, `opened` those of the one behind it, which has begun already where the stride
   is 1. */
INLINE void run(const slide *s, int64_t stride, int width, char *target, int64_t step) {
    __m512i weights[3][4], bias[4], quad[4], sum[4], open[4], opened[4];
    UNROLL for (int v = 0; v < 4; v++) {
        bias[v] = _mm512_loadu_si512(s->line.bias + s->first + v * 16);
        UNROLL for (int tap = 0; tap < 3; tap++)
            weights[tap][v] = _mm512_loadu_si512(s->line.weights + s->first * 12 + (tap * 4 + v) * 64);
    }
    int64_t position = s->line.begin;
    load_quads(s, position++, width, quad);
    add_products(bias, quad, weights[0], open);
    if (stride == 1) {
        load_quads(s, position++, width, quad);
        add_products(open, quad, weights[1], open);
        add_products(bias, quad, weights[0], opened);
    }
    for (int64_t n = 0; n < s->line.count; n++, target += step) {
        if (stride == 2) {
            load_quads(s, position++, width, quad);
            add_products(open, quad, weights[1], open);
        }
        load_quads(s, position++, width, quad);
        add_products(open, quad, weights[2], sum);
        if (stride == 1) add_products(opened, quad, weights[1], open);
        add_products(bias, quad, weights[0], stride == 1 ? opened : open);
        store_channels(&s->line, target, sum, s->first, width, s->finish);
    }
}

#define RUN(STRIDE, WIDTH)                                                                                            \
    VNNI static void run_##STRIDE##_##WIDTH(const ck_depthwise_line *l, int64_t first, char *target, int64_t step) {  \
        const slide s = slide_of(l, first);                                                                           \
        run(&s, STRIDE, WIDTH, target, step);                                                                         \
    }
#define RUNS(WIDTH) RUN(1, WIDTH) RUN(2, WIDTH)
RUNS(64) RUNS(32) RUNS(16) RUNS(0)

VNNI bool ck_slide_depthwise_line(const ck_depthwise_line *l) {
    typedef void (*function)(const ck_depthwise_line *, int64_t first, char *target, int64_t step);
    static const function all[4][2] = {
        {run_1_64, run_2_64}, {run_1_32, run_2_32}, {run_1_16, run_2_16}, {run_1_0, run_2_0}};
    if (l->down != 3 || l->across != 3 || l->dilation != 1 || l->stride > 2) return false;
    int64_t size = l->type == CK_RESULT_U8 || l->type == CK_RESULT_S8 ? 1 : 4;
    for (int64_t first = 0; first < l->channels; first += CK_DEPTHWISE_CHANNELS) {
        int64_t left = l->channels - first;
        int width = left >= 64 ? 0 : left == 32 ? 1 : left == 16 ? 2 : 3;
        all[width][l->stride - 1](l, first, l->target + first * size, l->channels * size);
    }
    return true;
}

#else

bool ck_slide_depthwise_line(const ck_depthwise_line *line) {
    (void)line;
    return false;
}

#endif
