#include "ckernels_gradients.h"
#include "Platform/dispatch.h"

enum { LANES = 16 };

/* Adding it to a number below 2^22 in magnitude leaves no digits behind the point. */
static const float rounder = 0x1.8p23f, most = 0x1p21f;

static inline float within(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

static inline float dithered(float x, float step, float inverse, float offset, float low, float high) {
    float shifted = within(x * inverse + offset, -most, most);
    float rounded = shifted + rounder;
    rounded -= rounder;
    return x == 0 ? 0 : within(rounded - offset, low, high) * step;
}

CK_BODY round_channel_body(int64_t n, float step, float offset, float low, float high, const float *x, float *y) {
    float inverse = 1 / step;
    for (int64_t i = 0; i < n; i++) y[i] = dithered(x[i], step, inverse, offset, low, high);
}

CK_DISPATCH(static void, round_channel,
    (int64_t n, float step, float offset, float low, float high, const float *x, float *y),
    (n, step, offset, low, high, x, y))

CK_BODY round_row_body(
    int64_t n, const float *steps, const float *offsets, float low, float high, const float *x, float *y) {
    for (int64_t i = 0; i < n; i++) y[i] = dithered(x[i], steps[i], 1 / steps[i], offsets[i], low, high);
}

CK_DISPATCH(static void, round_row,
    (int64_t n, const float *steps, const float *offsets, float low, float high, const float *x, float *y),
    (n, steps, offsets, low, high, x, y))

void ck_round_dithered(const ck_learned_grid *grid, const float *offsets, const float *x, float *y) {
    for (int64_t o = 0; o < grid->outer; o++) {
        if (grid->inner == 1) {
            round_row(grid->channels, grid->steps, offsets, grid->low, grid->high, x, y);
            x += grid->channels, y += grid->channels;
            continue;
        }
        for (int64_t c = 0; c < grid->channels; c++, x += grid->inner, y += grid->inner)
            round_channel(grid->inner, grid->steps[c], offsets[c], grid->low, grid->high, x, y);
    }
}

static inline float slope(float x, float y, float g, float bottom, float top, float *gx) {
    int inside = x >= bottom && x <= top;
    *gx = inside ? g : 0;
    return g * (y - (inside ? x : 0));
}

/* Sums side by side, so that their order is the same however wide the loop. */
CK_BODY slope_channel_body(int64_t n, float bottom, float top, const float *x, const float *y, const float *g,
    float *gx, float *sums) {
    for (int64_t i = 0; i + LANES <= n; i += LANES)
        for (int64_t lane = 0; lane < LANES; lane++)
            sums[lane] += slope(x[i + lane], y[i + lane], g[i + lane], bottom, top, gx + i + lane);
    for (int64_t i = n - n % LANES; i < n; i++) sums[i % LANES] += slope(x[i], y[i], g[i], bottom, top, gx + i);
}

CK_DISPATCH(static void, slope_channel,
    (int64_t n, float bottom, float top, const float *x, const float *y, const float *g, float *gx, float *sums),
    (n, bottom, top, x, y, g, gx, sums))

void ck_round_dithered_gradient(const ck_learned_grid *grid, const float *x, const float *y, const float *g, float *gx,
    double *slopes) {
    int64_t n = grid->inner;
    for (int64_t o = 0; o < grid->outer; o++)
        for (int64_t c = 0; c < grid->channels; c++, x += n, y += n, g += n, gx += n) {
            float sums[LANES] = {0}, step = grid->steps[c];
            slope_channel(n, grid->low * step, grid->high * step, x, y, g, gx, sums);
            for (int lane = 0; lane < LANES; lane++) slopes[c] += sums[lane];
        }
}

CK_BODY ck_clip_gradient_body(int64_t n, float low, float high, const float *x, const float *g, float *gx) {
    for (int64_t i = 0; i < n; i++) gx[i] = x[i] > low && x[i] < high ? g[i] : 0;
}

CK_DISPATCH(void, ck_clip_gradient, (int64_t n, float low, float high, const float *x, const float *g, float *gx),
    (n, low, high, x, g, gx))

CK_BODY ck_sigmoid_gradient_body(int64_t n, const float *y, const float *g, float *gx) {
    for (int64_t i = 0; i < n; i++) gx[i] = g[i] * y[i] * (1 - y[i]);
}

CK_DISPATCH(void, ck_sigmoid_gradient, (int64_t n, const float *y, const float *g, float *gx), (n, y, g, gx))

CK_BODY ck_add_multiple_body(int64_t n, float scale, const float *x, float *y) {
    for (int64_t i = 0; i < n; i++) y[i] += scale * x[i];
}

CK_DISPATCH(void, ck_add_multiple, (int64_t n, float scale, const float *x, float *y), (n, scale, x, y))

CK_BODY product_row_body(int64_t n, const float *a, const float *b, float *p, double *sums) {
    for (int64_t i = 0; i < n; i++) p[i] = a[i] * b[i];
    for (int64_t i = 0; i + LANES <= n; i += LANES)
        for (int64_t lane = 0; lane < LANES; lane++) sums[lane] += (double)p[i + lane];
    for (int64_t i = n - n % LANES; i < n; i++) sums[i % LANES] += (double)p[i];
}

CK_DISPATCH(static void, product_row, (int64_t n, const float *a, const float *b, float *p, double *sums),
    (n, a, b, p, sums))

static double product_sum(int64_t n, const float *a, const float *b) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)(a[i] * b[i]);
    return sum;
}

enum { AT_ONCE = 256 };

/* A row of single products, some columns at a time. */
static double add_single_products(int64_t columns, const float *a, const float *b, double *by_column) {
    double sums[LANES] = {0}, sum = 0;
    float products[AT_ONCE];
    for (int64_t first = 0; first < columns; first += AT_ONCE) {
        int64_t n = columns - first < AT_ONCE ? columns - first : AT_ONCE;
        product_row(n, a + first, b + first, products, sums);
        for (int64_t i = 0; i < n; i++) by_column[first + i] += (double)products[i];
    }
    for (int lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum;
}

void ck_add_product_sums(int64_t rows, int64_t columns, int64_t count, const float *a, const float *b, double *by_row,
    double *by_column) {
    for (int64_t r = 0; r < rows; r++, a += columns * count, b += columns * count) {
        if (count == 1) {
            by_row[r] += add_single_products(columns, a, b, by_column);
            continue;
        }
        for (int64_t c = 0; c < columns; c++) {
            double sum = product_sum(count, a + c * count, b + c * count);
            by_row[r] += sum;
            by_column[c] += sum;
        }
    }
}
