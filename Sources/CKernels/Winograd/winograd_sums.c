#include "winograd.h"
#include "Products/float_tail.h"

/* Sums for six points in one direction become four results. */
static inline __attribute__((always_inline)) void transform(
    const ck_lanes_of_float *m, int step, ck_lanes_of_float *y, int y_step) {
    const ck_lanes_of_float a = CK_POINT_A, b = CK_POINT_B, square_a = CK_SQUARE_A, square_b = CK_SQUARE_B;
    const ck_lanes_of_float cube_a = CK_POINT_A * CK_SQUARE_A, cube_b = CK_POINT_B * CK_SQUARE_B;
    ck_lanes_of_float sum_a = m[step] + m[2 * step], difference_a = m[step] - m[2 * step];
    ck_lanes_of_float sum_b = m[3 * step] + m[4 * step], difference_b = m[3 * step] - m[4 * step];
    y[0] = m[0] + sum_a + sum_b;
    y[y_step] = __builtin_elementwise_fma(a, difference_a, b * difference_b);
    y[2 * y_step] = __builtin_elementwise_fma(square_a, sum_a, square_b * sum_b);
    y[3 * y_step] = __builtin_elementwise_fma(
        cube_a, difference_a, __builtin_elementwise_fma(cube_b, difference_b, m[5 * step]));
}

/* Where the results of a tile go; NULL for those outside. */
static void find_results(const ck_tiles *tiles, int64_t tile, float *destination, float **at) {
    const ck_convolution *c = tiles->convolution;
    int64_t sample = tile / (tiles->down * tiles->across), place = tile % (tiles->down * tiles->across);
    int64_t top = place / tiles->across * CK_TILE, left = place % tiles->across * CK_TILE;
    destination += sample * c->destination[1] * c->destination[2] * c->destination_channels;
    for (int64_t y = top; y < top + CK_TILE; y++)
        for (int64_t x = left; x < left + CK_TILE; x++) {
            bool inside = y < c->destination[1] && x < c->destination[2];
            *at++ = inside ? destination + (y * c->destination[2] + x) * c->destination_channels : NULL;
        }
}

CK_BODY transform_tile_body(const float *sums, int64_t sums_step, int64_t width, const float *bias,
    const ck_float_tail *tail, float *const *at) {
    for (int64_t k = 0; k < width; k += CK_SIDE_BY_SIDE) {
        ck_lanes_of_float m[CK_SPANS], half[CK_TILE * CK_SPAN], y[CK_TILE], shift = 0, before;
        CK_UNROLL for (int s = 0; s < CK_SPANS; s++) memcpy(&m[s], sums + s * sums_step + k, sizeof *m);
        CK_UNROLL for (int x = 0; x < CK_SPAN; x++) transform(m + x, CK_SPAN, half + x, CK_SPAN);
        if (bias) memcpy(&shift, bias + k, sizeof shift);
        CK_UNROLL for (int row = 0; row < CK_TILE; row++) {
            transform(half + row * CK_SPAN, 1, y, 1);
            CK_UNROLL for (int x = 0; x < CK_TILE; x++) {
                float *to = at[row * CK_TILE + x];
                if (!to) continue;
                y[x] += shift;
                if (tail->adds_destination) {
                    memcpy(&before, to + k, sizeof before);
                    y[x] += before;
                }
                ck_activate(tail, &y[x]);
                memcpy(to + k, &y[x], sizeof *y);
            }
        }
    }
}

CK_DISPATCH(static void, transform_tile,
    (const float *sums, int64_t sums_step, int64_t width, const float *bias, const ck_float_tail *tail,
        float *const *at),
    (sums, sums_step, width, bias, tail, at))

void ck_transform_sums(const ck_tiles *tiles, const float *sums, int64_t step, int64_t width, const float *bias,
    const ck_float_tail *tail, int64_t channel, float *destination) {
    float *at[CK_TILE * CK_TILE];
    for (int64_t t = 0; t < tiles->count; t++) {
        find_results(tiles, tiles->first + t, destination + channel, at);
        transform_tile(sums + t * step, tiles->count * step, width, bias ? bias + channel : NULL, tail, at);
    }
}
