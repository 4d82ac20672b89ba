#include "winograd.h"

/* Six values in one direction become one for each point; in place. */
static inline __attribute__((always_inline)) void transform(ck_lanes_of_float *d, int step) {
    const ck_lanes_of_float a = CK_POINT_A, b = CK_POINT_B, square_a = CK_SQUARE_A, square_b = CK_SQUARE_B;
    const ck_lanes_of_float sum = CK_SQUARE_A + CK_SQUARE_B, product = CK_SQUARE_A * CK_SQUARE_B;
    ck_lanes_of_float d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
    ck_lanes_of_float even_a = __builtin_elementwise_fma(-square_b, d2, d4);
    ck_lanes_of_float even_b = __builtin_elementwise_fma(-square_a, d2, d4);
    ck_lanes_of_float odd_a = a * __builtin_elementwise_fma(-square_b, d1, d3);
    ck_lanes_of_float odd_b = b * __builtin_elementwise_fma(-square_a, d1, d3);
    d[0] = __builtin_elementwise_fma(product, d0, __builtin_elementwise_fma(-sum, d2, d4));
    d[step] = even_a + odd_a;
    d[2 * step] = even_a - odd_a;
    d[3 * step] = even_b + odd_b;
    d[4 * step] = even_b - odd_b;
    d[5 * step] = __builtin_elementwise_fma(product, d1, __builtin_elementwise_fma(-sum, d3, d5));
}

/* Where the values of a tile lie, for every position; those in the padding are zeros. */
static void find_values(
    const ck_tiles *tiles, int64_t tile, const float *source, const float *zeros, const float **at) {
    const ck_convolution *c = tiles->convolution;
    int64_t sample = tile / (tiles->down * tiles->across), place = tile % (tiles->down * tiles->across);
    int64_t top = place / tiles->across * CK_TILE - c->pad_begin[1];
    int64_t left = place % tiles->across * CK_TILE - c->pad_begin[2];
    source += sample * c->source[1] * c->source[2] * c->source_channels;
    for (int64_t y = top; y < top + CK_SPAN; y++)
        for (int64_t x = left; x < left + CK_SPAN; x++) {
            bool inside = y >= 0 && y < c->source[1] && x >= 0 && x < c->source[2];
            *at++ = inside ? source + (y * c->source[2] + x) * c->source_channels : zeros;
        }
}

CK_BODY transform_tile_body(
    const float *const *at, int64_t channels, float *restrict values, int64_t values_step) {
    for (int64_t c = 0; c < channels; c += CK_SIDE_BY_SIDE) {
        ck_lanes_of_float d[CK_SPANS];
        CK_UNROLL for (int s = 0; s < CK_SPANS; s++) memcpy(&d[s], at[s] + c, sizeof *d);
        CK_UNROLL for (int x = 0; x < CK_SPAN; x++) transform(d + x, CK_SPAN);
        CK_UNROLL for (int y = 0; y < CK_SPAN; y++) {
            transform(d + y * CK_SPAN, 1);
            CK_UNROLL for (int x = 0; x < CK_SPAN; x++)
                memcpy(values + (y * CK_SPAN + x) * values_step + c, &d[y * CK_SPAN + x], sizeof *d);
        }
    }
}

CK_DISPATCH(static void, transform_tile,
    (const float *const *at, int64_t channels, float *values, int64_t values_step), (at, channels, values, values_step))

void ck_transform_values(const ck_tiles *tiles, const float *source, const float *zeros, int64_t step, float *values) {
    const float *at[CK_SPANS];
    for (int64_t t = 0; t < tiles->count; t++) {
        find_values(tiles, tiles->first + t, source, zeros, at);
        transform_tile(at, tiles->convolution->source_channels, values + t * step, tiles->count * step);
    }
}
