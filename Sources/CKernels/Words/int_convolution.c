#include "ckernels_copy.h"
#include "ckernels_integer.h"
#include "Platform/dispatch.h"
#include "Platform/least.h"
#include <string.h>

/* Positions whose sums are taken together: enough to reuse a panel of weights, few enough to stay in cache. */
enum { BLOCK = 64 };

/* The widened, padded image of one sample: groups one after another, each [z, y, x, channels]. */
typedef struct {
    /* Every channel of its own group, all channels side by side. */
    bool is_depthwise;
    /* Channels of a group, made even, and the groups. */
    int64_t channels, groups;
    int64_t extents[3], group_size;
    /* Runs of taps that lie side by side, and their length. */
    int64_t segments, length;
} image;

static int64_t product(const int64_t *values, int count) {
    int64_t result = 1;
    for (int i = 0; i < count; i++) result *= values[i];
    return result;
}

static image image_of(const ck_convolution *c) {
    image i;
    int64_t channels = c->source_channels / c->groups;
    i.is_depthwise = channels == 1 && c->destination_channels == c->groups;
    i.groups = i.is_depthwise ? 1 : c->groups;
    i.channels = i.is_depthwise ? c->source_channels : (channels + 1) / 2 * 2;
    for (int a = 0; a < 3; a++) i.extents[a] = c->source[a] + c->pad_begin[a] + c->pad_end[a];
    i.group_size = product(i.extents, 3) * i.channels;
    bool joined = c->dilation[2] == 1;
    i.segments = c->kernel[0] * c->kernel[1] * (joined ? 1 : c->kernel[2]);
    i.length = i.channels * (joined ? c->kernel[2] : 1);
    return i;
}


static int64_t result_width(ck_result_type type) { return type == CK_RESULT_U8 || type == CK_RESULT_S8 ? 1 : 4; }

size_t ck_convolution_weights_bytes(const ck_convolution *c) {
    image i = image_of(c);
    if (i.is_depthwise) return ck_aligned(product(c->kernel, 3) * i.channels * (int64_t)sizeof(int16_t));
    return ck_packed_bytes(i.segments * i.length, c->destination_channels / c->groups) * (size_t)c->groups;
}

size_t ck_convolution_scratch_bytes(const ck_convolution *c) {
    image i = image_of(c);
    int64_t taps = product(c->kernel, 3), block = BLOCK * c->destination_channels * (int64_t)sizeof(int32_t);
    return ck_aligned(i.group_size * i.groups * (int64_t)sizeof(int16_t)) + ck_aligned(taps * (int64_t)sizeof(int64_t)) +
        2 * ck_aligned(block);
}

void ck_convolution_pack(const ck_convolution *c, const void *weights, bool is_signed, const int32_t *zero_points,
    int64_t zero_point_step, int16_t *packed) {
    image i = image_of(c);
    int64_t taps = product(c->kernel, 3), channels = c->source_channels / c->groups;
    int64_t columns = c->destination_channels / c->groups;
    for (int64_t group = 0; group < c->groups; group++) {
        ck_byte_matrix m = {.is_signed = is_signed, .rows = channels, .columns = columns, .row_step = taps,
            .column_step = channels * taps, .zero_points = zero_points + group * columns * zero_point_step,
            .zero_point_step = zero_point_step};
        int64_t depth = i.segments * i.length;
        int16_t *target = packed;
        if (!i.is_depthwise) {
            target += group * (int64_t)(ck_packed_bytes(depth, columns) / sizeof *packed);
            ck_packed_clear(depth, columns, target);
        }
        for (int64_t tap = 0; tap < taps; tap++) {
            m.values = (const char *)weights + group * columns * channels * taps + tap;
            if (i.is_depthwise)
                ck_widen_rows(&m, 1, packed + tap * i.channels + group);
            else
                ck_pack_matrix(&m, depth, tap * i.channels, target);
        }
    }
}

/* Widens one sample into its padded image. */
static void widen(const ck_convolution *c, const image *i, const char *source, int16_t *target) {
    memset(target, 0, (size_t)(i->group_size * i->groups) * sizeof *target);
    int64_t positions = product(c->source, 3), channels = c->source_channels / i->groups;
    bool last = c->source_is_channels_last;
    for (int64_t group = 0; group < i->groups; group++, target += i->group_size)
        for (int64_t z = 0; z < c->source[0]; z++)
            for (int64_t y = 0; y < c->source[1]; y++) {
                int64_t from = (z * c->source[1] + y) * c->source[2];
                int64_t to = ((z + c->pad_begin[0]) * i->extents[1] + y + c->pad_begin[1]) * i->extents[2];
                int64_t channel = group * channels;
                ck_byte_matrix row = {
                    .values = source + (last ? from * c->source_channels + channel : channel * positions + from),
                    .is_signed = c->source_is_signed, .rows = c->source[2], .columns = channels,
                    .row_step = last ? c->source_channels : 1, .column_step = last ? 1 : positions,
                    .zero_points = &c->source_zero_point};
                ck_widen_rows(&row, i->channels, target + (to + c->pad_begin[2]) * i->channels);
            }
}

static void fill_segments(const ck_convolution *c, const image *i, int64_t *offsets) {
    bool joined = c->dilation[2] == 1 && !i->is_depthwise;
    for (int64_t z = 0; z < c->kernel[0]; z++)
        for (int64_t y = 0; y < c->kernel[1]; y++)
            for (int64_t x = 0; x < (joined ? 1 : c->kernel[2]); x++)
                *offsets++ = ((z * c->dilation[0] * i->extents[1] + y * c->dilation[1]) * i->extents[2] +
                                 x * c->dilation[2]) * i->channels;
}

/* Where the windows of `count` positions from `first` on begin in a group's image. */
static void fill_rows(const ck_convolution *c, const image *i, int64_t first, int64_t count, int64_t *offsets) {
    for (int64_t n = 0; n < count; n++) {
        int64_t x = (first + n) % c->destination[2], line = (first + n) / c->destination[2];
        int64_t y = line % c->destination[1], z = line / c->destination[1];
        offsets[n] = ((z * c->stride[0] * i->extents[1] + y * c->stride[1]) * i->extents[2] + x * c->stride[2]) *
            i->channels;
    }
}

CK_BODY depthwise_body(const int16_t *image, const int64_t *rows, int64_t count, const int64_t *segments, int64_t taps,
    int64_t channels, const int16_t *weights, int32_t *restrict sums) {
    for (int64_t r = 0; r < count; r++, sums += channels) {
        for (int64_t c = 0; c < channels; c++) sums[c] = 0;
        for (int64_t tap = 0; tap < taps; tap++) {
            const int16_t *x = image + rows[r] + segments[tap], *w = weights + tap * channels;
            for (int64_t c = 0; c < channels; c++)
                sums[c] = (int32_t)((uint32_t)sums[c] + (uint32_t)((int32_t)x[c] * (int32_t)w[c]));
        }
    }
}

CK_DISPATCH(static void, depthwise,
    (const int16_t *image, const int64_t *rows, int64_t count, const int64_t *segments, int64_t taps,
        int64_t channels, const int16_t *weights, int32_t *sums),
    (image, rows, count, segments, taps, channels, weights, sums))

static void sum_block(const ck_convolution *c, const image *i, const int16_t *widened, const int64_t *segments,
    const int64_t *rows, int64_t count, const int16_t *packed, int32_t *sums) {
    if (i->is_depthwise) {
        depthwise(widened, rows, count, segments, product(c->kernel, 3), i->channels, packed, sums);
        return;
    }
    int64_t columns = c->destination_channels / c->groups;
    int64_t group_weights = (int64_t)(ck_packed_bytes(i->segments * i->length, columns) / sizeof *packed);
    for (int64_t group = 0; group < c->groups; group++)
        ck_multiply_rows(&(ck_row_product){.rows = count, .columns = columns, .segments = i->segments,
            .length = i->length, .a = widened + group * i->group_size, .row_offsets = rows,
            .segment_offsets = segments, .packed = packed + group * group_weights, .sums = sums + group * columns,
            .sum_step = c->destination_channels});
}

void ck_convolve(const ck_convolution *c, const void *source, const int16_t *packed, const ck_result *result,
    void *destination, void *scratch) {
    image i = image_of(c);
    int64_t positions = product(c->destination, 3), channels = c->destination_channels;
    int64_t width = result_width(result->type), rows[BLOCK];
    int16_t *widened = scratch;
    char *rest = (char *)scratch + ck_aligned(i.group_size * i.groups * (int64_t)sizeof *widened);
    int64_t *segments = (int64_t *)rest;
    int32_t *sums = (int32_t *)(rest + ck_aligned(product(c->kernel, 3) * (int64_t)sizeof *segments));
    char *finished = (char *)sums + ck_aligned(BLOCK * channels * (int64_t)sizeof *sums);
    fill_segments(c, &i, segments);
    for (int64_t sample = 0; sample < c->batch; sample++) {
        widen(c, &i, (const char *)source + sample * c->source_channels * product(c->source, 3), widened);
        char *target = (char *)destination + sample * channels * positions * width;
        for (int64_t first = 0; first < positions; first += BLOCK) {
            int64_t count = positions - first < BLOCK ? positions - first : BLOCK;
            fill_rows(c, &i, first, count, rows);
            sum_block(c, &i, widened, segments, rows, count, packed, sums);
            bool direct = c->destination_is_channels_last;
            ck_finish(result, count, channels, sums, direct ? target + first * channels * width : finished);
            if (!direct)
                ck_transpose(finished, channels * width, target + first * width, positions * width, count, channels,
                    (int)width);
        }
    }
}
