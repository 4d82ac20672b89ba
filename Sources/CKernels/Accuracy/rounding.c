#include "ckernels_parallel.h"
#include "ckernels_rounding.h"
#include "Platform/dispatch.h"
#include "Platform/least.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TILE_ROWS = 8, TILE_COLUMNS = 16, INNER = 128, BLOCK = 64, TILES = 32 };

typedef float tile_row __attribute__((ext_vector_type(TILE_COLUMNS)));

/* c += alpha * a * b; a's rows are a_row apart, its columns a_inner. */
typedef struct {
    int64_t m, n, k;
    float alpha;
    const float *a;
    int64_t a_row, a_inner;
    const float *b;
    int64_t ldb;
    float *c;
    int64_t ldc;
} product;

CK_BODY sum_tile_body(int64_t inner, const float *left, const float *right, float *sums) {
    tile_row sum[TILE_ROWS] = {0}, row;
    for (int64_t l = 0; l < inner; l++) {
        memcpy(&row, right + l * TILE_COLUMNS, sizeof row);
#pragma clang loop unroll(full)
        for (int i = 0; i < TILE_ROWS; i++)
            sum[i] = __builtin_elementwise_fma((tile_row)(left[l * TILE_ROWS + i]), row, sum[i]);
    }
    memcpy(sums, sum, sizeof sum);
}

CK_DISPATCH(static void, sum_tile, (int64_t inner, const float *left, const float *right, float *sums),
    (inner, left, right, sums))

/* Tiles of `rows` rows from `first` on, each [inner, TILE_ROWS], rows that are not there as zeros. */
static void pack_left(const product *p, int64_t first, int64_t rows, int64_t l, int64_t inner, float *left) {
    memset(left, 0, (size_t)(BLOCK * INNER) * sizeof *left);
    for (int64_t s = 0; p->a_row == 1 && s < inner; s++) {
        const float *a = p->a + first + (l + s) * p->a_inner;
        for (int64_t i = 0; i < rows; i++) left[(i / TILE_ROWS * INNER + s) * TILE_ROWS + i % TILE_ROWS] = a[i];
    }
    for (int64_t i = 0; p->a_row != 1 && i < rows; i++) {
        const float *a = p->a + (first + i) * p->a_row + l * p->a_inner;
        float *row = left + i / TILE_ROWS * INNER * TILE_ROWS + i % TILE_ROWS;
        for (int64_t s = 0; s < inner; s++) row[s * TILE_ROWS] = a[s * p->a_inner];
    }
}

static void pack_right(const product *p, int64_t j, int64_t columns, int64_t l, int64_t inner, float *right) {
    if (columns < TILE_COLUMNS) memset(right, 0, (size_t)(inner * TILE_COLUMNS) * sizeof *right);
    for (int64_t s = 0; s < inner; s++, right += TILE_COLUMNS) {
        const float *b = p->b + (l + s) * p->ldb + j;
        if (columns == TILE_COLUMNS) {
            tile_row row;
            memcpy(&row, b, sizeof row);
            memcpy(right, &row, sizeof row);
        } else {
            for (int64_t i = 0; i < columns; i++) right[i] = b[i];
        }
    }
}

/* Adds one packed block of at most BLOCK rows by one packed tile of columns. */
static void add_block(const product *p, int64_t first, int64_t rows, int64_t j, int64_t inner, const float *left,
    const float *right) {
    float sums[TILE_ROWS * TILE_COLUMNS];
    int64_t columns = ck_min64(TILE_COLUMNS, p->n - j);
    for (int64_t i = 0; i < rows; i += TILE_ROWS, left += INNER * TILE_ROWS) {
        sum_tile(inner, left, right, sums);
        for (int64_t r = 0; r < ck_min64(TILE_ROWS, rows - i); r++) {
            float *c = p->c + (first + i + r) * p->ldc + j;
            for (int64_t s = 0; s < columns; s++) c[s] += p->alpha * sums[r * TILE_COLUMNS + s];
        }
    }
}

/* Adds `inner` columns of a from `l` on by those rows of b, in some tiles of columns. */
static void add_tiles(const product *p, int64_t l, int64_t inner, int64_t begin, int64_t end) {
    float left[BLOCK * INNER], right[TILES * INNER * TILE_COLUMNS];
    for (int64_t tile = begin; tile < end; tile++) {
        int64_t j = tile * TILE_COLUMNS;
        pack_right(p, j, ck_min64(TILE_COLUMNS, p->n - j), l, inner, right + (tile - begin) * INNER * TILE_COLUMNS);
    }
    for (int64_t first = 0; first < p->m; first += BLOCK) {
        int64_t rows = ck_min64(BLOCK, p->m - first);
        pack_left(p, first, rows, l, inner, left);
        for (int64_t tile = begin; tile < end; tile++)
            add_block(
                p, first, rows, tile * TILE_COLUMNS, inner, left, right + (tile - begin) * INNER * TILE_COLUMNS);
    }
}

/* A share of the columns; every element is summed in the same order, whoever has it. */
static void add_columns(void *context, int part, int parts) {
    const product *p = context;
    int64_t tiles = (p->n + TILE_COLUMNS - 1) / TILE_COLUMNS;
    int64_t begin = tiles * part / parts, end = tiles * (part + 1) / parts;
    for (int64_t l = 0; l < p->k; l += INNER)
        for (int64_t tile = begin; tile < end; tile += TILES)
            add_tiles(p, l, ck_min64(INNER, p->k - l), tile, ck_min64(tile + TILES, end));
}

/* Below this many multiply-accumulates one thread is faster than several. */
static const int64_t LEAST_SHARED_WORK = 1 << 22;

void ck_add_product(int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t a_row, int64_t a_inner,
    const float *b, int64_t ldb, float *c, int64_t ldc) {
    product p = {m, n, k, alpha, a, a_row, a_inner, b, ldb, c, ldc};
    ck_parallel(m * n * k < LEAST_SHARED_WORK ? 1 : ck_threads(), add_columns, &p);
}

/* A diagonal block of at most BLOCK rows. */
static bool factor_block(int64_t n, float *h, int64_t ld) {
    for (int64_t j = 0; j < n; j++) {
        double pivot = h[j * ld + j];
        for (int64_t l = 0; l < j; l++) pivot -= (double)h[j * ld + l] * h[j * ld + l];
        if (!(pivot > 0) || !isfinite(pivot)) return false;
        float root = (float)sqrt(pivot);
        h[j * ld + j] = root;
        for (int64_t i = j + 1; i < n; i++) {
            float sum = h[i * ld + j];
            for (int64_t l = 0; l < j; l++) sum -= h[i * ld + l] * h[j * ld + l];
            h[i * ld + j] = sum / root;
        }
    }
    return true;
}

/* Right-looking, block by block. */
bool ck_cholesky(int64_t n, float *h) {
    float *across = malloc((size_t)n * BLOCK * sizeof *across);
    bool positive = across != NULL;
    for (int64_t start = 0; start < n && positive; start += BLOCK) {
        int64_t block = ck_min64(BLOCK, n - start), rest = n - start - block;
        float *diagonal = h + start * n + start, *below = diagonal + block * n;
        positive = factor_block(block, diagonal, n);
        for (int64_t i = 0; i < rest; i++) {
            float *row = below + i * n;
            for (int64_t j = 0; j < block; j++) {
                float sum = row[j];
                for (int64_t l = 0; l < j; l++) sum -= row[l] * diagonal[j * n + l];
                row[j] = sum / diagonal[j * n + j];
                across[j * rest + i] = row[j];
            }
        }
        for (int64_t i = 0; i < rest; i += BLOCK) {
            int64_t rows = ck_min64(BLOCK, rest - i);
            ck_add_product(rows, ck_min64(i + BLOCK, rest), block, -1, below + i * n, n, 1, across, rest,
                below + i * n + block, n);
        }
    }
    free(across);
    return positive;
}

CK_BODY subtract_row_body(float *restrict y, const float *restrict x, float factor, int64_t m) {
    for (int64_t c = 0; c < m; c++) y[c] -= factor * x[c];
}

CK_DISPATCH(static void, subtract_row, (float *y, const float *x, float factor, int64_t m), (y, x, factor, m))

static void divide_row(float *y, float divisor, int64_t m) {
    for (int64_t c = 0; c < m; c++) y[c] /= divisor;
}

void ck_cholesky_solve(int64_t n, int64_t m, const float *r, float *b) {
    for (int64_t start = 0; start < n; start += BLOCK) {
        int64_t end = ck_min64(start + BLOCK, n);
        ck_add_product(end - start, m, start, -1, r + start * n, n, 1, b, m, b + start * m, m);
        for (int64_t i = start; i < end; i++) {
            for (int64_t l = start; l < i; l++) subtract_row(b + i * m, b + l * m, r[i * n + l], m);
            divide_row(b + i * m, r[i * n + i], m);
        }
    }
    for (int64_t start = (n - 1) / BLOCK * BLOCK; start >= 0; start -= BLOCK) {
        int64_t end = ck_min64(start + BLOCK, n);
        ck_add_product(end - start, m, n - end, -1, r + end * n + start, 1, n, b + end * m, m, b + start * m, m);
        for (int64_t i = end - 1; i >= start; i--) {
            for (int64_t l = i + 1; l < end; l++) subtract_row(b + i * m, b + l * m, r[l * n + i], m);
            divide_row(b + i * m, r[i * n + i], m);
        }
    }
}

/* One row: w becomes what is left over, to be taken from the rows before. */
CK_BODY round_row_body(int64_t m, float pivot, const float *shift, const float *scales, float most, float *w, int8_t *q) {
    for (int64_t c = 0; c < m; c++) {
        float steps = nearbyintf((w[c] + shift[c] / pivot) / scales[c]);
        steps = steps < -most ? -most : steps > most ? most : steps;
        q[c] = (int8_t)steps;
        w[c] -= steps * scales[c];
    }
}

CK_DISPATCH(static void, round_row,
    (int64_t m, float pivot, const float *shift, const float *scales, float most, float *w, int8_t *q),
    (m, pivot, shift, scales, most, w, q))

void ck_round_rows(int64_t n, int64_t m, const float *r, float *w, const float *scales, int most, int8_t *q,
    float *shift) {
    memset(shift, 0, (size_t)(n * m) * sizeof *shift);
    for (int64_t start = (n - 1) / BLOCK * BLOCK; start >= 0; start -= BLOCK) {
        int64_t end = ck_min64(start + BLOCK, n);
        for (int64_t k = end - 1; k >= start; k--) {
            round_row(m, r[k * n + k], shift + k * m, scales, (float)most, w + k * m, q + k * m);
            for (int64_t j = start; j < k; j++) subtract_row(shift + j * m, w + k * m, -r[k * n + j], m);
        }
        ck_add_product(start, m, end - start, 1, r + start * n, 1, n, w + start * m, m, shift, m);
    }
    for (int64_t k = 0; k < n; k++)
        for (int64_t c = 0; c < m; c++) w[k * m + c] = (float)q[k * m + c] * scales[c];
}

CK_BODY ck_rounding_errors_body(int64_t n, int64_t m, const float *w, const float *importance, const float *scales,
    int most, float *errors) {
    memset(errors, 0, (size_t)m * sizeof *errors);
    for (int64_t k = 0; k < n; k++, w += m)
        for (int64_t c = 0; c < m; c++) {
            float steps = nearbyintf(w[c] / scales[c]);
            steps = steps < (float)-most ? (float)-most : steps > (float)most ? (float)most : steps;
            float left = w[c] - steps * scales[c];
            errors[c] += importance[k] * left * left;
        }
}

CK_DISPATCH(void, ck_rounding_errors,
    (int64_t n, int64_t m, const float *w, const float *importance, const float *scales, int most, float *errors),
    (n, m, w, importance, scales, most, errors))

static inline float step_error(float steps, float low, float high) {
    float rounded = nearbyintf(steps);
    rounded = rounded < low ? low : rounded > high ? high : rounded;
    return (steps - rounded) * (steps - rounded);
}

CK_BODY channel_noise_body(int64_t n, int64_t channels, const float *x, const float *weights, const float *inverse,
    const float *importance, float scale, float low, float high, float *sums) {
    float over = 1 / scale;
    for (int64_t r = 0; r < n; r++, x += channels) {
        if (weights) {
            const float *own = weights + r * channels;
            for (int64_t c = 0; c < channels; c++)
                sums[c] += importance[c] * own[c] * step_error(x[c] * inverse[c] * over, low, high);
        } else {
            for (int64_t c = 0; c < channels; c++)
                sums[c] += importance[c] * step_error(x[c] * inverse[c] * over, low, high);
        }
    }
}

CK_DISPATCH(static void, channel_noise,
    (int64_t n, int64_t channels, const float *x, const float *weights, const float *inverse, const float *importance,
        float scale, float low, float high, float *sums),
    (n, channels, x, weights, inverse, importance, scale, low, high, sums))

double ck_channel_noise(int64_t n, int64_t channels, const float *x, const float *weights, const float *inverse,
    const float *importance, float scale, float low, float high) {
    float *sums = calloc((size_t)channels, sizeof *sums);
    if (!sums) return INFINITY;
    channel_noise(n, channels, x, weights, inverse, importance, scale, low, high, sums);
    double total = 0;
    for (int64_t c = 0; c < channels; c++) total += sums[c];
    free(sums);
    return total * scale * scale;
}
