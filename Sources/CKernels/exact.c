#include "ckernels_exact.h"
#include "dispatch.h"

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* row[i] += w * x[i * stride]; a product of two float32 numbers has at most 48 bits. */
CK_BODY accumulate_body(double *row, int64_t count, double w, const float *x, int64_t stride) {
    if (stride == 1)
        for (int64_t i = 0; i < count; i++) row[i] += w * (double)x[i];
    else
        for (int64_t i = 0; i < count; i++) row[i] += w * (double)x[i * stride];
}

CK_DISPATCH(static void, accumulate, (double *row, int64_t count, double w, const float *x, int64_t stride),
            (row, count, w, x, stride))

/* Adds what one row of the source gives one row of the destination. */
static void add_row(const ck_convolution *c, const float *x, const float *w, double *row) {
    for (int64_t tap = 0; tap < c->kernel[2]; tap++) {
        int64_t shift = tap * c->dilation[2] - c->pad_begin[2], stride = c->stride[2];
        int64_t first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int64_t room = c->source[2] - 1 - shift;
        int64_t end = room < 0 ? 0 : least(c->destination[2], room / stride + 1);
        if (first < end) accumulate(row + first, end - first, (double)w[tap], x + first * stride + shift, stride);
    }
}

/* One row of one destination channel. */
static void convolve_row(const ck_convolution *c, const float *x, const float *w, int64_t z, int64_t y, double *row) {
    int64_t channels = c->source_channels / c->groups, plane = c->source[1] * c->source[2];
    for (int64_t channel = 0; channel < channels; channel++, x += c->source[0] * plane)
        for (int64_t kz = 0; kz < c->kernel[0]; kz++)
            for (int64_t ky = 0; ky < c->kernel[1]; ky++, w += c->kernel[2]) {
                int64_t sz = z * c->stride[0] - c->pad_begin[0] + kz * c->dilation[0];
                int64_t sy = y * c->stride[1] - c->pad_begin[1] + ky * c->dilation[1];
                if (sz < 0 || sz >= c->source[0] || sy < 0 || sy >= c->source[1]) continue;
                add_row(c, x + sz * plane + sy * c->source[2], w, row);
            }
}

void ck_exact_convolve(const ck_convolution *c, const float *source, const float *weights, const float *bias,
                       float *destination, double *row) {
    int64_t image = c->source_channels / c->groups * c->source[0] * c->source[1] * c->source[2];
    int64_t taps = c->source_channels / c->groups * c->kernel[0] * c->kernel[1] * c->kernel[2];
    int64_t each = c->destination_channels / c->groups, width = c->destination[2];
    for (int64_t n = 0; n < c->batch; n++)
        for (int64_t o = 0; o < c->destination_channels; o++) {
            const float *x = source + (n * c->groups + o / each) * image, *w = weights + o * taps;
            for (int64_t z = 0; z < c->destination[0]; z++)
                for (int64_t y = 0; y < c->destination[1]; y++, destination += width) {
                    for (int64_t i = 0; i < width; i++) row[i] = bias ? (double)bias[o] : 0.0;
                    convolve_row(c, x, w, z, y, row);
                    for (int64_t i = 0; i < width; i++) destination[i] = (float)row[i];
                }
        }
}

void ck_exact_multiply(const ck_exact_shape *s, const float *a, const float *b, const float *bias, float *y, double *row) {
    for (int64_t i = 0; i < s->m; i++, y += s->n) {
        for (int64_t j = 0; j < s->n; j++) row[j] = bias ? (double)bias[i * s->bias_row + j * s->bias_column] : 0.0;
        for (int64_t k = 0; k < s->k; k++)
            accumulate(row, s->n, (double)a[i * s->a_row + k * s->a_column], b + k * s->b_row, s->b_column);
        for (int64_t j = 0; j < s->n; j++) y[j] = (float)row[j];
    }
}
