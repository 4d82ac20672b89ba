#include "ckernels_rounding.h"
#include "dispatch.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

enum { TILE_ROWS = 8, TILE_COLUMNS = 16, INNER = 128, BLOCK = 64 };

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static inline __attribute__((always_inline)) void full_tile(int64_t k, const float *a, int64_t a_row, int64_t a_inner,
    const float *b, int64_t ldb, float sums[TILE_ROWS][TILE_COLUMNS]) {
    float s[TILE_ROWS][TILE_COLUMNS] = {{0}};
    for (int64_t l = 0; l < k; l++, b += ldb, a += a_inner)
#pragma clang loop unroll(full)
        for (int i = 0; i < TILE_ROWS; i++) {
            float factor = a[i * a_row];
#pragma clang loop vectorize(enable) unroll(full)
            for (int j = 0; j < TILE_COLUMNS; j++) s[i][j] += factor * b[j];
        }
    memcpy(sums, s, sizeof s);
}

static inline __attribute__((always_inline)) void part_tile(int64_t rows, int64_t columns, int64_t k, const float *a,
    int64_t a_row, int64_t a_inner, const float *b, int64_t ldb, float sums[TILE_ROWS][TILE_COLUMNS]) {
    memset(sums, 0, sizeof(float[TILE_ROWS][TILE_COLUMNS]));
    for (int64_t l = 0; l < k; l++, b += ldb, a += a_inner)
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < columns; j++) sums[i][j] += a[i * a_row] * b[j];
}

CK_BODY ck_add_product_body(int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t a_row,
    int64_t a_inner, const float *b, int64_t ldb, float *c, int64_t ldc) {
    float sums[TILE_ROWS][TILE_COLUMNS];
    for (int64_t l = 0; l < k; l += INNER) {
        int64_t inner = least(INNER, k - l);
        for (int64_t j = 0; j < n; j += TILE_COLUMNS)
            for (int64_t i = 0; i < m; i += TILE_ROWS) {
                int64_t rows = least(TILE_ROWS, m - i), columns = least(TILE_COLUMNS, n - j);
                const float *left = a + i * a_row + l * a_inner, *right = b + l * ldb + j;
                if (rows == TILE_ROWS && columns == TILE_COLUMNS)
                    full_tile(inner, left, a_row, a_inner, right, ldb, sums);
                else
                    part_tile(rows, columns, inner, left, a_row, a_inner, right, ldb, sums);
                for (int64_t r = 0; r < rows; r++)
                    for (int64_t s = 0; s < columns; s++) c[(i + r) * ldc + j + s] += alpha * sums[r][s];
            }
    }
}

CK_DISPATCH(void, ck_add_product,
    (int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t a_row, int64_t a_inner, const float *b,
        int64_t ldb, float *c, int64_t ldc),
    (m, n, k, alpha, a, a_row, a_inner, b, ldb, c, ldc))

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
        int64_t block = least(BLOCK, n - start), rest = n - start - block;
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
            int64_t rows = least(BLOCK, rest - i);
            ck_add_product(rows, least(i + BLOCK, rest), block, -1, below + i * n, n, 1, across, rest,
                below + i * n + block, n);
        }
    }
    free(across);
    return positive;
}

static void subtract_row(float *y, const float *x, float factor, int64_t m) {
    for (int64_t c = 0; c < m; c++) y[c] -= factor * x[c];
}

static void divide_row(float *y, float divisor, int64_t m) {
    for (int64_t c = 0; c < m; c++) y[c] /= divisor;
}

void ck_cholesky_solve(int64_t n, int64_t m, const float *r, float *b) {
    for (int64_t start = 0; start < n; start += BLOCK) {
        int64_t end = least(start + BLOCK, n);
        ck_add_product(end - start, m, start, -1, r + start * n, n, 1, b, m, b + start * m, m);
        for (int64_t i = start; i < end; i++) {
            for (int64_t l = start; l < i; l++) subtract_row(b + i * m, b + l * m, r[i * n + l], m);
            divide_row(b + i * m, r[i * n + i], m);
        }
    }
    for (int64_t start = (n - 1) / BLOCK * BLOCK; start >= 0; start -= BLOCK) {
        int64_t end = least(start + BLOCK, n);
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
        int64_t end = least(start + BLOCK, n);
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

CK_BODY channel_noise_body(int64_t n, int64_t channels, const float *x, const float *inverse, const float *importance,
    float scale, float low, float high, float *sums) {
    float over = 1 / scale;
    for (int64_t r = 0; r < n; r++, x += channels)
        for (int64_t c = 0; c < channels; c++) {
            float steps = x[c] * inverse[c] * over;
            float rounded = nearbyintf(steps);
            rounded = rounded < low ? low : rounded > high ? high : rounded;
            sums[c] += importance[c] * (steps - rounded) * (steps - rounded);
        }
}

CK_DISPATCH(static void, channel_noise,
    (int64_t n, int64_t channels, const float *x, const float *inverse, const float *importance, float scale, float low,
        float high, float *sums),
    (n, channels, x, inverse, importance, scale, low, high, sums))

double ck_channel_noise(int64_t n, int64_t channels, const float *x, const float *inverse, const float *importance,
    float scale, float low, float high) {
    float *sums = calloc((size_t)channels, sizeof *sums);
    if (!sums) return INFINITY;
    channel_noise(n, channels, x, inverse, importance, scale, low, high, sums);
    double total = 0;
    for (int64_t c = 0; c < channels; c++) total += sums[c];
    free(sums);
    return total * scale * scale;
}

void ck_gather_windows(const ck_windows *w, const float *data, const int64_t *positions, int64_t count, float *rows) {
    int64_t extent[3] = {1, 1, 1}, kernel[3] = {1, 1, 1}, stride[3] = {1, 1, 1}, dilation[3] = {1, 1, 1};
    int64_t pad[3] = {0, 0, 0}, output[3] = {1, 1, 1};
    for (int a = 0; a < w->spatial; a++) {
        int axis = 3 - w->spatial + a;
        extent[axis] = w->extent[a], kernel[axis] = w->kernel[a], stride[axis] = w->stride[a];
        dilation[axis] = w->dilation[a], pad[axis] = w->pad[a], output[axis] = w->output[a];
    }
    int64_t plane = extent[0] * extent[1] * extent[2];
    for (int64_t p = 0; p < count; p++) {
        int64_t z = positions[p] / (output[1] * output[2]) * stride[0] - pad[0];
        int64_t y = positions[p] / output[2] % output[1] * stride[1] - pad[1];
        int64_t x = positions[p] % output[2] * stride[2] - pad[2];
        for (int64_t c = 0; c < w->channels; c++)
            for (int64_t i = 0; i < kernel[0]; i++)
                for (int64_t j = 0; j < kernel[1]; j++)
                    for (int64_t k = 0; k < kernel[2]; k++, rows++) {
                        int64_t d = z + i * dilation[0], h = y + j * dilation[1], v = x + k * dilation[2];
                        bool inside = d >= 0 && d < extent[0] && h >= 0 && h < extent[1] && v >= 0 && v < extent[2];
                        *rows = inside ? data[c * plane + (d * extent[1] + h) * extent[2] + v] : 0;
                    }
    }
}
