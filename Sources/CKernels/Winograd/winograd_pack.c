#include "winograd.h"
#include "ckernels_parallel.h"
#include "Products/float_panel.h"

enum { FILTER = CK_TAPS * CK_TAPS };

/* Three weights in one direction become one for each point. */
static inline __attribute__((always_inline)) void transform(
    const ck_lanes_of_double *w, int step, ck_lanes_of_double *to, int to_step) {
    const double a = CK_POINT_A, b = CK_POINT_B, at_a = 2 * a * a * (a * a - b * b), at_b = 2 * b * b * (b * b - a * a);
    ck_lanes_of_double w0 = w[0], w1 = w[step], w2 = w[2 * step];
    to[0] = w0 / (a * a * b * b);
    to[to_step] = (w0 + a * w1 + a * a * w2) / at_a;
    to[2 * to_step] = (w0 - a * w1 + a * a * w2) / at_a;
    to[3 * to_step] = (w0 + b * w1 + b * b * w2) / at_b;
    to[4 * to_step] = (w0 - b * w1 + b * b * w2) / at_b;
    to[5 * to_step] = w2;
}

/* The filters of one channel for columns that lie `column_step` apart. */
static inline __attribute__((always_inline)) void pack_channel(
    const float *filters, int64_t column_step, float *restrict packed, int64_t step) {
    float values[FILTER][CK_SIDE_BY_SIDE];
    ck_lanes_of_double w[FILTER], half[CK_SPAN * CK_TAPS], spans[CK_SPAN];
    ck_lanes_of_float lanes;
    for (int k = 0; k < CK_SIDE_BY_SIDE; k++)
        for (int i = 0; i < FILTER; i++) values[i][k] = filters[k * column_step + i];
    CK_UNROLL for (int i = 0; i < FILTER; i++) {
        memcpy(&lanes, values[i], sizeof lanes);
        w[i] = __builtin_convertvector(lanes, ck_lanes_of_double);
    }
    CK_UNROLL for (int x = 0; x < CK_TAPS; x++) transform(w + x, CK_TAPS, half + x, CK_TAPS);
    CK_UNROLL for (int y = 0; y < CK_SPAN; y++) {
        transform(half + y * CK_TAPS, 1, spans, 1);
        CK_UNROLL for (int x = 0; x < CK_SPAN; x++) {
            lanes = __builtin_convertvector(spans[x], ck_lanes_of_float);
            memcpy(packed + (y * CK_SPAN + x) * step, &lanes, sizeof lanes);
        }
    }
}

/* Spans are `step` apart. */
CK_BODY pack_columns_body(
    int64_t depth, const float *filters, int64_t width, float *restrict packed, int64_t step) {
    for (int64_t c = 0; c < depth; c++)
        pack_channel(filters + c * FILTER, depth * FILTER, packed + c * width, step);
}

CK_DISPATCH(static void, pack_columns,
    (int64_t depth, const float *filters, int64_t width, float *packed, int64_t step),
    (depth, filters, width, packed, step))

size_t ck_winograd_weights_bytes(const ck_convolution *c) {
    return (size_t)(CK_SPANS * c->source_channels * c->destination_channels) * sizeof(float);
}

typedef struct {
    const ck_convolution *convolution;
    const float *weights;
    float *packed;
} packing;

static void pack_share(void *context, int part, int parts) {
    const packing *p = context;
    int64_t depth = p->convolution->source_channels, columns = p->convolution->destination_channels;
    int64_t vectors = columns / CK_SIDE_BY_SIDE;
    for (int64_t v = ck_part_begin(vectors, part, parts); v < ck_part_begin(vectors, part + 1, parts); v++) {
        int64_t column = v * CK_SIDE_BY_SIDE, first = column / CK_FLOAT_PANEL * CK_FLOAT_PANEL;
        int64_t width = ck_min64(CK_FLOAT_PANEL, columns - first);
        float *panel = p->packed + first * depth + (column - first);
        pack_columns(depth, p->weights + column * depth * FILTER, width, panel, columns * depth);
    }
}

void ck_winograd_pack(const ck_convolution *convolution, const float *weights, float *packed) {
    packing p = {convolution, weights, packed};
    ck_parallel(ck_threads(), pack_share, &p);
}
