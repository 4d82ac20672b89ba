#include "byte_tile.h"
#include "ckernels_bytes.h"
#include "matrix_rows.h"
#include "Platform/dispatch.h"
#include "Platform/tasks.h"
#include <string.h>

/* The most rows that walk the weights together: few where weights stay in a near cache, more where they do not. And
   the fewest that it is worth it for. */
enum { SHORT_BLOCK = 96, LONG_BLOCK = 384, NEAR_BYTES = 1 << 18, LEAST_BLOCK = 16 };

/* The same for matrix tiles: bytes of the rows, most groups of them, and fewest pairs. */
enum { NEAR_BLOCK_BYTES = 1 << 17, FAR_BLOCK_BYTES = 1 << 20, MOST_GROUPS = 128, NEAR_PAIRS = 3, FAR_PAIRS = 8 };

/* Below this many multiply-accumulates one thread is faster than several; the depthwise ones take longer. */
static const int64_t LEAST_SHARED_WORK = 1 << 20, LEAST_SHARED_DEPTHWISE_WORK = 1 << 18;

static size_t offsets_bytes(const ck_byte_view *v) { return ck_aligned(v->segments * (int64_t)sizeof(int64_t)); }

static int64_t pairs_of(const ck_byte_view *v) { return ck_ceiling(v->groups, 2); }

/* Pairs of groups that fit the memory for a block, and the array for one. */
static int64_t most_pairs(const ck_byte_view *v, bool near) {
    int64_t pairs = (near ? NEAR_BLOCK_BYTES : FAR_BLOCK_BYTES) / (2 * v->height * v->quads * 4);
    return pairs < 1 ? 1 : pairs > MOST_GROUPS / 2 ? MOST_GROUPS / 2 : pairs;
}

static size_t image_bytes(const ck_byte_view *v) {
    return v->direct ? 0 : ck_aligned(ck_product(v->extents) * v->channels + CK_LINE_BYTES);
}

/* Weights that stay in a near cache while rows pass. */
static bool are_near(const ck_byte_view *v) { return v->columns * v->quads * 4 <= NEAR_BYTES; }

static size_t gathered_bytes(const ck_byte_view *v) {
    return v->on_tiles ? ck_gathered_bytes(v, 2 * most_pairs(v, are_near(v))) : 0;
}

size_t ck_byte_scratch_bytes(const ck_convolution *c, int parts) {
    ck_byte_view v = ck_view_bytes(c);
    if (v.is_depthwise) return ck_aligned(c->source_channels);
    return offsets_bytes(&v) + image_bytes(&v) + (size_t)parts * gathered_bytes(&v);
}

/* One run of the convolution of one sample. */
typedef struct {
    const ck_convolution *c;
    ck_byte_view v;
    const uint8_t *source;
    uint8_t *image;
    int64_t *segments;
    const int8_t *packed;
    const ck_result *result;
    ck_addends addends;
    char *destination;
    char *scratch;
    int64_t width, blocks;
    ck_tasks tasks;
    /* For each part memory for its gathered rows. */
    uint8_t *gathered;
    size_t gathered_bytes;
} run;

CK_BODY flip_bytes_body(const uint8_t *from, int64_t count, uint8_t flip, uint8_t *restrict to) {
    for (int64_t i = 0; i < count; i++) to[i] = from[i] ^ flip;
}

CK_DISPATCH(static void, flip_bytes, (const uint8_t *from, int64_t count, uint8_t flip, uint8_t *to),
    (from, count, flip, to))

/* Up to four planes side by side; planes that are not there are multiplied by zeros, whatever they hold. */
CK_BODY join_planes_body(const uint8_t *const plane[4], int64_t count, uint8_t flip, uint8_t *restrict to) {
    uint32_t flips = flip * 0x01010101u;
    for (int64_t i = 0; i < count; i++) {
        uint32_t low = plane[0][i] | (uint32_t)plane[1][i] << 8, high = plane[2][i] | (uint32_t)plane[3][i] << 8;
        uint32_t four = (low | high << 16) ^ flips;
        memcpy(to + 4 * i, &four, sizeof four);
    }
}

CK_DISPATCH(static void, join_planes, (const uint8_t *const plane[4], int64_t count, uint8_t flip, uint8_t *to),
    (plane, count, flip, to))

/* Copies the line of positions from `position` on into the image. */
static void copy_line(const run *r, int64_t position, uint8_t *to) {
    const ck_convolution *c = r->c;
    int64_t count = c->source[2], channels = c->source_channels, step = r->v.channels, i = 0;
    uint8_t flip = c->source_is_signed ? 0x80 : 0;
    if (!c->source_is_channels_last) {
        const uint8_t *plane[4];
        for (int p = 0; p < 4; p++)
            plane[p] = r->source + (p < channels ? p : 0) * ck_product(c->source) + position;
        join_planes(plane, count, flip, to);
        return;
    }
    const uint8_t *from = r->source + position * channels;
    if (channels == step) {
        flip_bytes(from, count * channels, flip, to);
        return;
    }
    if (step == 4 && !flip)
        for (; i < count - 1; i++) memcpy(to + 4 * i, from + channels * i, 4);
    for (; i < count; i++) flip_bytes(from + i * channels, channels, flip, to + i * step);
}

static void copy_lines(void *context, int part, int parts) {
    const run *r = context;
    const ck_convolution *c = r->c;
    uint8_t zero = (uint8_t)(c->source_zero_point + (c->source_is_signed ? 128 : 0));
    int64_t line = r->v.extents[2] * r->v.channels, lines = r->v.extents[0] * r->v.extents[1];
    for (int64_t l = ck_part_begin(lines, part, parts); l < ck_part_begin(lines, part + 1, parts); l++) {
        uint8_t *to = r->image + l * line;
        int64_t z = l / r->v.extents[1] - c->pad_begin[0], y = l % r->v.extents[1] - c->pad_begin[1];
        if (z < 0 || z >= c->source[0] || y < 0 || y >= c->source[1]) {
            memset(to, zero, (size_t)line);
            continue;
        }
        int64_t begin = c->pad_begin[2] * r->v.channels, end = c->pad_end[2] * r->v.channels;
        memset(to, zero, (size_t)begin);
        memset(to + line - end, zero, (size_t)end);
        copy_line(r, (z * c->source[1] + y) * c->source[2], to + begin);
    }
}

static void fill_segments(const run *r) {
    const ck_convolution *c = r->c;
    int64_t *segments = r->segments, across = c->dilation[2] == 1 ? 1 : c->kernel[2];
    for (int64_t z = 0; z < c->kernel[0]; z++)
        for (int64_t y = 0; y < c->kernel[1]; y++)
            for (int64_t x = 0; x < across; x++)
                *segments++ = ((z * c->dilation[0] * r->v.extents[1] + y * c->dilation[1]) * r->v.extents[2] +
                                  x * c->dilation[2]) * r->v.channels;
}

/* A panel of the weights, for the rows from row `first` on. */
static ck_byte_panel panel_of(const run *r, int64_t first, int64_t index) {
    int64_t begin = ck_panel_begin(&r->v, index), column = begin * CK_LANES, step = r->v.columns;
    const ck_result *result = r->result;
    ck_byte_panel panel = {.vectors = (int)(ck_panel_begin(&r->v, index + 1) - begin),
        .segment_offsets = r->segments, .segments = r->v.segments, .quads = r->v.length / 4,
        .weights = r->packed + column * r->v.quads * 4, .bias = result->bias + column,
        .scales = result->scales + column, .type = result->type, .zero_point = result->zero_point,
        .addends_step = step, .columns = step - column,
        .target = r->destination + (first * step + column) * r->width, .target_step = step * r->width};
    if (r->addends.columns) panel.addends.columns = r->addends.columns + column;
    panel.addends.sum = r->addends.sum, panel.addends.results_come_first = r->addends.results_come_first;
    if (r->addends.elements) panel.addends.elements = r->addends.elements + first * step + column;
    if (r->addends.bytes) panel.addends.bytes = r->addends.bytes + first * step + column;
    return panel;
}

/* Blocks of at most so many rows, or pairs of groups of them, are as even as can be, and where they are not too small
   as many as give every part some tasks. */
static int64_t blocks_of(const ck_byte_view *v, int64_t rows, int64_t most, int64_t fewest, int parts) {
    enum { TASKS = 4 };
    int64_t blocks = ck_ceiling(rows, most);
    if (parts == 1) return blocks;
    int64_t few = ck_ceiling(parts, v->panels), many = ck_ceiling(TASKS * parts, v->panels);
    few = few < rows ? few : rows, many = many < rows / fewest ? many : rows / fewest;
    few = few > many ? few : many;
    return blocks > few ? blocks : few;
}

/* Tasks are panels of blocks of rows, block after block. */
static void multiply_tasks(void *context, int part, int parts) {
    (void)parts;
    run *r = context;
    int64_t held = -1, first = 0, count = 0;
    const uint8_t *rows[LONG_BLOCK];
    ck_windows windows = {r->c, &r->v, r->image, r->segments};
    for (int64_t task; (task = ck_next_task(&r->tasks, part)) >= 0;) {
        if (task / r->v.panels != held) {
            held = task / r->v.panels;
            first = r->v.positions * held / r->blocks;
            count = r->v.positions * (held + 1) / r->blocks - first;
            ck_window_begins(&windows, first, count, rows);
        }
        ck_byte_panel panel = panel_of(r, first, task % r->v.panels);
        panel.rows = rows, panel.count = count;
        /* Weights that this run has not met yet come from afar. */
        panel.fetches_ahead = first == 0 && task % r->v.panels + 1 < r->v.panels;
        ck_run_byte_panel(&panel);
    }
}

/* The same on matrix tiles. */
static void multiply_tasks_on_tiles(void *context, int part, int parts) {
    (void)parts;
    run *r = context;
    const ck_byte_view *v = &r->v;
    int64_t held = -1, count = 0;
    ck_row_group groups[MOST_GROUPS];
    ck_windows windows = {r->c, v, r->image, r->segments};
    uint8_t *gathered = r->gathered + part * r->gathered_bytes;
    ck_use_tiles(v->height, v->depth);
    for (int64_t task; (task = ck_next_task(&r->tasks, part)) >= 0;) {
        if (task / v->panels != held) {
            held = task / v->panels;
            int64_t first = pairs_of(v) * held / r->blocks * 2, end = pairs_of(v) * (held + 1) / r->blocks * 2;
            count = (end < v->groups ? end : v->groups) - first;
            ck_group_rows(&windows, first, count, groups, gathered);
        }
        ck_byte_panel panel = panel_of(r, 0, task % v->panels);
        if (v->rows_are == CK_ROWS_ANYWHERE) panel.segments = 1, panel.quads = v->quads;
        panel.fetches_ahead = held == 0 && task % v->panels + 1 < v->panels;
        ck_run_tile_panel(&panel, v->height, v->depth, groups, count);
    }
    ck_leave_tiles();
}

/* The lines of the image that windows of the destination's line `index` cover; NULL in the padding. */
static void fill_lines(const run *r, int64_t index, const uint8_t **lines) {
    const ck_convolution *c = r->c;
    int64_t z = index / c->destination[1] * c->stride[0] - c->pad_begin[0];
    int64_t y = index % c->destination[1] * c->stride[1] - c->pad_begin[1];
    for (int64_t tz = 0; tz < c->kernel[0]; tz++)
        for (int64_t ty = 0; ty < c->kernel[1]; ty++) {
            int64_t iz = z + tz * c->dilation[0], iy = y + ty * c->dilation[1];
            bool inside = iz >= 0 && iz < c->source[0] && iy >= 0 && iy < c->source[1];
            *lines++ = inside ? r->source + (iz * c->source[1] + iy) * c->source[2] * c->source_channels : NULL;
        }
}

static void multiply_lines(void *context, int part, int parts) {
    const run *r = context;
    const ck_convolution *c = r->c;
    const uint8_t *lines[CK_MOST_LINES];
    ck_depthwise_line line = {.count = c->destination[2], .channels = c->source_channels,
        .down = c->kernel[0] * c->kernel[1], .across = c->kernel[2], .dilation = c->dilation[2], .stride = c->stride[2],
        .lines = lines, .extent = c->source[2], .begin = -c->pad_begin[2], .padding = (const uint8_t *)r->scratch,
        .flip = c->source_is_signed ? 0x80 : 0, .weights = r->packed, .bias = r->result->bias,
        .scales = r->result->scales, .type = r->result->type, .zero_point = r->result->zero_point};
    int64_t count = c->destination[0] * c->destination[1], bytes = line.count * c->source_channels * r->width;
    for (int64_t n = ck_part_begin(count, part, parts); n < ck_part_begin(count, part + 1, parts); n++) {
        fill_lines(r, n, lines);
        line.target = r->destination + n * bytes;
        ck_run_depthwise_line(&line);
    }
}

static void run_sample(run *r, int parts) {
    if (r->v.is_depthwise) {
        memset(r->scratch, (uint8_t)r->c->source_zero_point, (size_t)r->c->source_channels);
        ck_parallel(parts, multiply_lines, r);
        return;
    }
    fill_segments(r);
    if (!r->v.direct) ck_parallel(parts, copy_lines, r);
    ck_begin_tasks(&r->tasks, r->blocks * r->v.panels, parts);
    ck_parallel(parts, r->v.on_tiles ? multiply_tasks_on_tiles : multiply_tasks, r);
}

void ck_byte_convolve(const ck_convolution *c, const void *source, const int8_t *packed, const ck_result *result,
    ck_addends addends, void *destination, void *scratch, int parts) {
    ck_byte_view v = ck_view_bytes(c);
    bool wide = result->type == CK_RESULT_S32 || result->type == CK_RESULT_F32;
    run r = {.c = c, .v = v, .packed = packed, .result = result, .addends = addends, .scratch = scratch,
        .segments = scratch, .width = wide ? 4 : 1};
    int64_t depth = v.is_depthwise ? v.taps : v.quads * 4;
    int64_t least = v.is_depthwise ? LEAST_SHARED_DEPTHWISE_WORK : LEAST_SHARED_WORK;
    if (v.columns * depth * v.positions < least) parts = 1;
    if (v.on_tiles)
        r.blocks = blocks_of(
            &v, pairs_of(&v), most_pairs(&v, are_near(&v)), are_near(&v) ? NEAR_PAIRS : FAR_PAIRS, parts);
    else
        r.blocks = blocks_of(&v, v.positions, are_near(&v) ? SHORT_BLOCK : LONG_BLOCK, LEAST_BLOCK, parts);
    r.gathered_bytes = gathered_bytes(&v);
    r.gathered = (uint8_t *)scratch + offsets_bytes(&v) + image_bytes(&v);
    for (int64_t sample = 0; sample < c->batch; sample++) {
        r.source = (const uint8_t *)source + sample * c->source_channels * ck_product(c->source);
        r.destination = (char *)destination + sample * v.positions * v.columns * r.width;
        if (sample && addends.elements) r.addends.elements += v.positions * v.columns;
        if (sample && addends.bytes) r.addends.bytes += v.positions * v.columns;
        r.image = v.direct ? (uint8_t *)r.source : (uint8_t *)scratch + offsets_bytes(&v);
        run_sample(&r, parts);
    }
}
