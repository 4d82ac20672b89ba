#include "ordered.h"
#include <string.h>

/* One group of one image, as the product of weights [m, k] and the values under the kernel [k, n]. */
typedef struct {
    int64_t m, n, k, plane;
} group_extents;

static group_extents extents(const ck_convolution *c) {
    return (group_extents){
        .m = c->destination_channels / c->groups,
        .n = c->destination[0] * c->destination[1] * c->destination[2],
        .k = c->source_channels / c->groups * c->kernel[0] * c->kernel[1] * c->kernel[2],
        .plane = c->source[0] * c->source[1] * c->source[2],
    };
}

size_t ck_ordered_convolution_scratch(const ck_convolution *c) {
    return (size_t)extents(c).k * CK_PANEL * sizeof(float);
}

/* Where the kernel's first tap falls for a destination position, on each axis. */
typedef struct {
    int64_t axis[3];
} corner;

static corner corner_at(const ck_convolution *c, int64_t position) {
    corner result;
    for (int i = 2; i >= 0; i--) {
        result.axis[i] = position % c->destination[i] * c->stride[i] - c->pad_begin[i];
        position /= c->destination[i];
    }
    return result;
}

/* The value under one tap of one channel; 0 in the padding. */
static inline float value_under(const ck_convolution *c, const float *channel, const corner *corner, const int64_t *tap) {
    int64_t offset = 0;
    for (int i = 0; i < 3; i++) {
        int64_t at = corner->axis[i] + tap[i] * c->dilation[i];
        if (at < 0 || at >= c->source[i]) return 0;
        offset = offset * c->source[i] + at;
    }
    return channel[offset];
}

/* The values under the kernel at `columns` positions from `first` on, `step` apart: [k, step]. */
static void gather(const ck_convolution *c, const float *source, int64_t first, int64_t columns, int64_t step,
    float *panel) {
    group_extents e = extents(c);
    corner corners[CK_PANEL];
    for (int64_t j = 0; j < columns; j++) corners[j] = corner_at(c, first + j);
    memset(panel, 0, (size_t)(e.k * step) * sizeof *panel);
    const float *end = source + c->source_channels / c->groups * e.plane;
    int64_t tap[3];
    for (const float *channel = source; channel < end; channel += e.plane)
        for (tap[0] = 0; tap[0] < c->kernel[0]; tap[0]++)
            for (tap[1] = 0; tap[1] < c->kernel[1]; tap[1]++)
                for (tap[2] = 0; tap[2] < c->kernel[2]; tap[2]++, panel += step)
                    for (int64_t j = 0; j < columns; j++) panel[j] = value_under(c, channel, &corners[j], tap);
}

/* Whether the kernel lies over a whole image of a single channel, which is then a matrix as it stands. */
static bool covers_image(const ck_convolution *c) {
    bool covers = c->source_channels == c->groups && c->source[0] == 1 && c->kernel[0] == 1;
    for (int i = 1; i < 3; i++)
        covers = covers && c->kernel[i] == c->source[i] && c->stride[i] == 1 && !c->pad_begin[i] &&
            c->destination[i] == 1;
    return covers;
}

static void convolve_group(
    const ck_convolution *c, const float *source, const float *weights, float *destination, float *panel) {
    group_extents e = extents(c);
    if (covers_image(c) || (e.n == 1 && e.m > 1)) {
        gather(c, source, 0, 1, 1, panel);
        return ck_sum_lanes(panel, weights, e.m, e.k, destination, false);
    }
    int64_t block = ck_ordered_block(e.n, e.k);
    for (int64_t first = 0; first < e.n; first += CK_PANEL) {
        int64_t columns = ck_least(CK_PANEL, e.n - first);
        gather(c, source, first, columns, CK_PANEL, panel);
        if (e.m == 1)
            ck_sum_fours(weights, panel, e.k, columns, destination + first, false);
        else
            ck_sum_blocks(weights, e.m, panel, e.k, block, columns, destination + first, e.n, false);
    }
}

void ck_ordered_convolve(const ck_convolution *c, const float *source, const float *weights, const float *bias,
    float *destination, void *scratch) {
    group_extents e = extents(c);
    int64_t image = c->source_channels / c->groups * e.plane;
    for (int64_t n = 0; n < c->batch; n++)
        for (int64_t g = 0; g < c->groups; g++, source += image, destination += e.m * e.n) {
            convolve_group(c, source, weights + g * e.m * e.k, destination, scratch);
            for (int64_t i = 0; bias && i < e.m * e.n; i++) destination[i] += bias[g * e.m + i / e.n];
        }
}
