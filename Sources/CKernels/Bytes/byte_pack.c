#include "byte_tile.h"
#include "byte_view.h"
#include "ckernels_bytes.h"
#include "ckernels_isa.h"
#include "ckernels_parallel.h"
#include "matrix_tile.h"
#include <string.h>

/* Whether tiles are faster than vectors: where there are rows enough, and products deep enough, to fill them. */
static bool suits_tiles(const ck_byte_view *v) {
    enum { LEAST_ROWS = 4, LEAST_SEGMENT = 16, LEAST_BYTES = 32 };
    return ck_has_tiles() && v->positions >= LEAST_ROWS && v->length >= LEAST_SEGMENT && v->quads * 4 >= LEAST_BYTES;
}

/* How deep tiles are that make up `quads` without rest, few of them more than have to be; 0 where none do. */
static int64_t even_depth(int64_t quads) {
    int64_t least = ck_ceiling(quads, CK_TILE_QUADS);
    for (int64_t count = least; 2 * count <= 3 * least; count++)
        if (quads % count == 0) return quads / count;
    return 0;
}

static void group_rows(const ck_convolution *c, ck_byte_view *v) {
    /* Of fewer rows a tile takes longer to load than to multiply. */
    enum { LEAST_HEIGHT = 12 };
    bool in_a_row = v->taps == 1;
    for (int a = 0; a < 3; a++) in_a_row = in_a_row && c->destination[a] == v->extents[a];
    int64_t across = c->destination[2], depth = even_depth(v->length / 4);
    bool in_lines = ck_ceiling(across, ck_ceiling(across, CK_TILE_HEIGHT)) >= LEAST_HEIGHT;
    v->rows_are = in_a_row ? CK_ROWS_IN_A_ROW : in_lines ? CK_ROWS_IN_LINES : CK_ROWS_ANYWHERE;
    if (depth == 0) v->rows_are = CK_ROWS_ANYWHERE;
    if (v->rows_are == CK_ROWS_ANYWHERE) {
        int64_t count = ck_ceiling(v->quads, CK_TILE_QUADS);
        depth = ck_ceiling(v->quads, count);
        v->quads = count * depth;
    }
    v->depth = (int)depth;
    v->line = v->rows_are == CK_ROWS_IN_LINES ? across : v->positions;
    v->line_groups = ck_ceiling(v->line, CK_TILE_HEIGHT);
    v->height = (int)ck_ceiling(v->line, v->line_groups);
    v->groups = v->positions / v->line * v->line_groups;
}

ck_byte_view ck_view_bytes(const ck_convolution *c) {
    ck_byte_view v = {.columns = c->destination_channels};
    v.taps = ck_product(c->kernel), v.positions = ck_product(c->destination);
    v.is_depthwise = c->groups > 1;
    v.channels = ck_ceiling(c->source_channels, 4) * 4;
    v.direct = v.channels == c->source_channels && !c->source_is_signed && c->source_is_channels_last;
    for (int a = 0; a < 3; a++) {
        v.extents[a] = c->source[a] + c->pad_begin[a] + c->pad_end[a];
        v.direct = v.direct && !c->pad_begin[a] && !c->pad_end[a];
    }
    bool joined = c->dilation[2] == 1;
    v.segments = c->kernel[0] * c->kernel[1] * (joined ? 1 : c->kernel[2]);
    v.length = v.channels * (joined ? c->kernel[2] : 1);
    v.vectors = ck_ceiling(v.columns, CK_LANES);
    v.panels = ck_ceiling(v.vectors, CK_TILE_VECTORS);
    v.quads = v.segments * v.length / 4;
    v.on_tiles = !v.is_depthwise && suits_tiles(&v);
    if (v.on_tiles) group_rows(c, &v);
    return v;
}

bool ck_takes_byte_convolution(const ck_convolution *c) {
    if (!c->destination_is_channels_last) return false;
    if (c->groups == 1) return c->source_is_channels_last || c->source_channels <= 4;
    return c->source_is_channels_last && c->groups == c->source_channels && c->groups == c->destination_channels &&
        ck_takes_depthwise_window(c->kernel[0] * c->kernel[1], c->kernel[2], c->dilation[2]);
}

bool ck_adds_bytes(const ck_convolution *c) { return c->groups == 1; }

int64_t ck_byte_columns(const ck_convolution *c) {
    return ck_ceiling(c->destination_channels, CK_DEPTHWISE_CHANNELS) * CK_DEPTHWISE_CHANNELS;
}

size_t ck_byte_weights_bytes(const ck_convolution *c) {
    ck_byte_view v = ck_view_bytes(c);
    int64_t quads = ck_ceiling(c->kernel[0] * c->kernel[1], 4) * c->kernel[2];
    if (v.is_depthwise) return (size_t)(ck_byte_columns(c) * quads * 4);
    return (size_t)(v.vectors * CK_LANES * v.quads * 4);
}

/* Where the weight of `tap` and `channel` for `column` is in the packed panels. */
static int64_t place(const ck_byte_view *v, int64_t column, int64_t tap, int64_t channel) {
    int64_t together = v->on_tiles ? CK_TILE_PAIR : CK_TILE_VECTORS, depth = tap * v->channels + channel;
    int64_t begin = column / CK_LANES / together * together, left = v->vectors - begin;
    int64_t width = (left < together ? left : together) * CK_LANES, first = begin * CK_LANES;
    return first * v->quads * 4 + depth / 4 * 4 * width + (column - first) * 4 + depth % 4;
}

/* Where the values of a column are in packed order. */
static int64_t packed_column(const ck_convolution *c, const ck_byte_view *v, int64_t column) {
    if (!v->is_depthwise) return column;
    int64_t within = column % CK_DEPTHWISE_CHANNELS;
    return column - within + ck_depthwise_place(c->kernel[0] * c->kernel[1], 0, 0, (int)within) / 4;
}

static void pack_column(
    const ck_byte_view *v, int64_t column, const int8_t *weights, int64_t channels, int8_t *packed) {
    int8_t *first = packed + place(v, column, 0, 0);
    int64_t step = place(v, column, 0, 4) - place(v, column, 0, 0);
    for (int64_t channel = 0; channel < channels; channel++)
        for (int64_t tap = 0; tap < v->taps; tap++) {
            int64_t depth = tap * v->channels + channel;
            first[depth / 4 * step + depth % 4] = *weights++;
        }
}

static void pack_channel(const ck_convolution *c, int64_t channel, const int8_t *weights, int8_t *packed) {
    int64_t down = c->kernel[0] * c->kernel[1], within = channel % CK_DEPTHWISE_CHANNELS;
    packed += (channel - within) * ck_ceiling(down, 4) * 4 * c->kernel[2];
    for (int64_t d = 0; d < down; d++)
        for (int64_t x = 0; x < c->kernel[2]; x++) packed[ck_depthwise_place(down, d, x, (int)within)] = *weights++;
}

typedef struct {
    const ck_convolution *c;
    ck_byte_view v;
    const int8_t *weights;
    const int32_t *bias;
    int8_t *packed;
    int32_t *folded;
} packing;

/* A share of the columns, cut where packed vectors begin. */
static void pack_share(void *context, int part, int parts) {
    const packing *p = context;
    const ck_byte_view *v = &p->v;
    int64_t channels = v->is_depthwise ? 1 : p->c->source_channels, depth = channels * v->taps;
    uint32_t zero = (uint32_t)(p->c->source_zero_point + (p->c->source_is_signed ? 128 : 0));
    int64_t begin = ck_part_begin(v->vectors, part, parts) * CK_LANES;
    int64_t end = ck_part_begin(v->vectors, part + 1, parts) * CK_LANES;
    for (int64_t column = begin; column < end && column < v->columns; column++) {
        const int8_t *weights = p->weights + column * depth;
        uint32_t sum = 0;
        for (int64_t i = 0; i < depth; i++) sum += (uint32_t)weights[i];
        p->folded[packed_column(p->c, v, column)] = (int32_t)((p->bias ? (uint32_t)p->bias[column] : 0) - zero * sum);
        if (v->is_depthwise)
            pack_channel(p->c, column, weights, p->packed);
        else
            pack_column(v, column, weights, channels, p->packed);
    }
}

/* Bytes of packed weights below which one thread handles all. */
static const size_t LEAST_SHARED = 1 << 16;

void ck_byte_pack(const ck_convolution *c, const int8_t *weights, const int32_t *bias, int8_t *packed,
    int32_t *folded) {
    packing p = {c, ck_view_bytes(c), weights, bias, packed, folded};
    memset(packed, 0, ck_byte_weights_bytes(c));
    memset(folded, 0, (size_t)ck_byte_columns(c) * sizeof *folded);
    ck_parallel(ck_byte_weights_bytes(c) < LEAST_SHARED ? 1 : ck_threads(), pack_share, &p);
}

void ck_byte_order(const ck_convolution *c, const float *values, float *target) {
    ck_byte_view v = ck_view_bytes(c);
    for (int64_t at = 0; at < ck_byte_columns(c); at++) target[at] = 0;
    for (int64_t column = 0; column < v.columns; column++) target[packed_column(c, &v, column)] = values[column];
}
