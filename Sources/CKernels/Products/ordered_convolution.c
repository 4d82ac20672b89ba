#include "ckernels_parallel.h"
#include "ordered.h"
#include "Platform/dispatch.h"
#include "Platform/tasks.h"
#include <string.h>

/* One group of one image, as the product of weights [m, k] and the values under the kernel [k, n]. */
typedef struct {
    int64_t m, n, k, plane, taps;
} group_extents;

static group_extents extents(const ck_convolution *c) {
    int64_t taps = ck_product(c->kernel);
    return (group_extents){
        .m = c->destination_channels / c->groups,
        .n = ck_product(c->destination),
        .k = c->source_channels / c->groups * taps,
        .plane = ck_product(c->source),
        .taps = taps,
    };
}

/* Where one tap of the kernel lies for the columns of a panel, from the beginning of a channel on; -1 in the padding and
   behind the last column. */
typedef struct {
    int64_t places[CK_PANEL];
    /* Whether the columns' values lie side by side. */
    bool is_run;
} tap;

static size_t panel_bytes(const group_extents *e) { return ck_aligned(e->k * CK_PANEL * (int64_t)sizeof(float)); }

static size_t part_bytes(const group_extents *e) {
    return panel_bytes(e) + ck_aligned(e->taps * (int64_t)sizeof(tap));
}

static int64_t panels_of(const group_extents *e) { return ck_ceiling(e->n, CK_PANEL); }

int ck_ordered_convolution_parts(const ck_convolution *c) {
    group_extents e = extents(c);
    return ck_ordered_parts(c->batch * panels_of(&e), e.m * e.n * e.k * c->groups * c->batch);
}

size_t ck_ordered_convolution_scratch(const ck_convolution *c, int parts) {
    group_extents e = extents(c);
    return (size_t)parts * part_bytes(&e);
}

/* Where the kernel begins for the columns of a panel, on each axis. */
typedef struct {
    int64_t axis[3][CK_PANEL];
} corners;

static void find_corners(const ck_convolution *c, int64_t first, int64_t columns, corners *result) {
    for (int64_t j = 0; j < columns; j++) {
        int64_t position = first + j;
        for (int i = 2; i >= 0; i--) {
            result->axis[i][j] = position % c->destination[i] * c->stride[i] - c->pad_begin[i];
            position /= c->destination[i];
        }
    }
}

CK_BODY find_places_body(
    const ck_convolution *c, const corners *corners, const int64_t *index, int64_t columns, int64_t *restrict places) {
    int64_t shift[3];
    for (int i = 0; i < 3; i++) shift[i] = index[i] * c->dilation[i];
    for (int64_t j = 0; j < columns; j++) {
        int64_t z = corners->axis[0][j] + shift[0], y = corners->axis[1][j] + shift[1];
        int64_t x = corners->axis[2][j] + shift[2];
        bool inside = (z >= 0) & (z < c->source[0]) & (y >= 0) & (y < c->source[1]) & (x >= 0) & (x < c->source[2]);
        places[j] = inside ? (z * c->source[1] + y) * c->source[2] + x : -1;
    }
    for (int64_t j = columns; j < CK_PANEL; j++) places[j] = -1;
}

CK_DISPATCH(static void, find_places, (const ck_convolution *c, const corners *corners, const int64_t *index,
    int64_t columns, int64_t *places), (c, corners, index, columns, places))

static bool lie_side_by_side(const int64_t *places) {
    bool result = places[0] >= 0;
    for (int64_t j = 1; j < CK_PANEL; j++) result &= places[j] == places[0] + j;
    return result;
}

static void find_taps(const ck_convolution *c, int64_t first, int64_t columns, tap *taps) {
    corners corners;
    int64_t index[3];
    find_corners(c, first, columns, &corners);
    for (index[0] = 0; index[0] < c->kernel[0]; index[0]++)
        for (index[1] = 0; index[1] < c->kernel[1]; index[1]++)
            for (index[2] = 0; index[2] < c->kernel[2]; index[2]++, taps++) {
                find_places(c, &corners, index, columns, taps->places);
                taps->is_run = lie_side_by_side(taps->places);
            }
}

/* The values under the taps in `channels` planes: [channels, taps, CK_PANEL]. */
CK_BODY gather_body(
    const tap *taps, int64_t count, const float *source, int64_t channels, int64_t plane, float *restrict panel) {
    for (const float *channel = source; channel < source + channels * plane; channel += plane)
        for (int64_t t = 0; t < count; t++, panel += CK_PANEL) {
            const int64_t *places = taps[t].places;
            if (taps[t].is_run)
                memcpy(panel, channel + places[0], CK_PANEL * sizeof *panel);
            else
                for (int64_t j = 0; j < CK_PANEL; j++) panel[j] = places[j] < 0 ? 0 : channel[places[j]];
        }
}

CK_DISPATCH(static void, gather, (const tap *taps, int64_t count, const float *source, int64_t channels, int64_t plane,
    float *panel), (taps, count, source, channels, plane, panel))

/* The same for one column: [channels, taps]. */
static void gather_column(
    const tap *taps, int64_t count, const float *source, int64_t channels, int64_t plane, float *column) {
    for (const float *channel = source; channel < source + channels * plane; channel += plane)
        for (int64_t t = 0; t < count; t++) *column++ = taps[t].places[0] < 0 ? 0 : channel[taps[t].places[0]];
}

/* Whether the kernel lies over a whole image of a single channel, which is then a matrix as it stands. */
static bool covers_image(const ck_convolution *c) {
    bool covers = c->source_channels == c->groups && c->source[0] == 1 && c->kernel[0] == 1;
    for (int i = 1; i < 3; i++)
        covers = covers && c->kernel[i] == c->source[i] && c->stride[i] == 1 && !c->pad_begin[i] &&
            c->destination[i] == 1;
    return covers;
}

typedef struct {
    const ck_convolution *c;
    group_extents e;
    /* Whether there is one column, a vector by which rows of weights are multiplied; else the terms of a block. */
    bool is_by_lanes;
    int64_t block;
    const float *source, *weights, *bias;
    float *destination;
    char *scratch;
    ck_tasks tasks;
} run;

/* The columns of one panel in one group. */
static void convolve_group(const run *r, const tap *taps, int64_t group, const float *source, float *destination,
    int64_t columns, float *panel) {
    group_extents e = r->e;
    int64_t channels = r->c->source_channels / r->c->groups;
    const float *weights = r->weights + group * e.m * e.k;
    if (r->is_by_lanes) {
        gather_column(taps, e.taps, source, channels, e.plane, panel);
        ck_sum_lanes(panel, weights, e.m, 0, e.m, e.k, destination, false);
    } else {
        gather(taps, e.taps, source, channels, e.plane, panel);
        if (e.m == 1)
            ck_sum_fours(weights, panel, CK_PANEL, e.k, columns, destination, false);
        else
            ck_sum_blocks(weights, e.m, panel, e.k, r->block, columns, destination, e.n, false);
    }
    for (int64_t i = 0; r->bias && i < e.m; i++)
        for (int64_t j = 0; j < columns; j++) destination[i * e.n + j] += r->bias[group * e.m + i];
}

/* Tasks are the panels of one image after the other, in all groups. */
static void convolve_tasks(void *context, int part, int parts) {
    (void)parts;
    run *r = context;
    group_extents e = r->e;
    float *panel = (float *)(r->scratch + (size_t)part * part_bytes(&e));
    tap *taps = (tap *)((char *)panel + panel_bytes(&e));
    int64_t image = r->c->source_channels / r->c->groups * e.plane, groups = r->c->groups;
    for (int64_t task; (task = ck_next_task(&r->tasks, part)) >= 0;) {
        int64_t n = task / panels_of(&e), first = task % panels_of(&e) * CK_PANEL;
        int64_t columns = ck_min64(CK_PANEL, e.n - first);
        find_taps(r->c, first, columns, taps);
        const float *source = r->source + n * groups * image;
        float *destination = r->destination + n * groups * e.m * e.n + first;
        for (int64_t g = 0; g < groups; g++, source += image, destination += e.m * e.n)
            convolve_group(r, taps, g, source, destination, columns, panel);
    }
}

void ck_ordered_convolve(const ck_convolution *c, const float *source, const float *weights, const float *bias,
    float *destination, void *scratch, int parts) {
    group_extents e = extents(c);
    run r = {.c = c, .e = e, .is_by_lanes = covers_image(c) || (e.n == 1 && e.m > 1),
        .block = ck_ordered_block(e.n, e.k), .source = source, .weights = weights, .bias = bias,
        .destination = destination, .scratch = scratch};
    ck_begin_tasks(&r.tasks, c->batch * panels_of(&e), parts);
    ck_parallel(parts, convolve_tasks, &r);
}
