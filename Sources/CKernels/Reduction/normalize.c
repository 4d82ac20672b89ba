#include "ckernels_normalize.h"
#include "Platform/dispatch.h"
#include <math.h>

enum { LANES = 16 };

void ck_batch_factors(int64_t n, const float *scale, const float *bias, const float *mean, const float *variance,
    float epsilon, float *factor, float *offset) {
    for (int64_t i = 0; i < n; i++) {
        factor[i] = scale[i] / sqrtf(variance[i] + epsilon);
        offset[i] = bias[i] - mean[i] * factor[i];
    }
}

CK_BODY ck_scale_shift_body(int64_t batch, int64_t channels, int64_t positions, const float *factor,
    const float *offset, const float *x, float *y) {
    if (positions == 1) {
        for (int64_t image = 0; image < batch; image++, x += channels, y += channels)
            for (int64_t c = 0; c < channels; c++) y[c] = x[c] * factor[c] + offset[c];
        return;
    }
    for (int64_t image = 0; image < batch * channels; image++, x += positions, y += positions) {
        float a = factor[image % channels], b = offset[image % channels];
        for (int64_t i = 0; i < positions; i++) y[i] = x[i] * a + b;
    }
}

CK_DISPATCH(void, ck_scale_shift,
    (int64_t batch, int64_t channels, int64_t positions, const float *factor, const float *offset, const float *x,
        float *y),
    (batch, channels, positions, factor, offset, x, y))

CK_BODY moments(const float *x, int64_t count, float *mean, float *variance) {
    float sums[LANES] = {0}, squares[LANES] = {0}, sum = 0, square = 0;
    int64_t whole = count / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES)
        for (int l = 0; l < LANES; l++) sums[l] += x[i + l];
    for (int64_t i = whole; i < count; i++) sums[i - whole] += x[i];
    for (int l = 0; l < LANES; l++) sum += sums[l];
    float middle = sum / (float)count;
    for (int64_t i = 0; i < whole; i += LANES)
        for (int l = 0; l < LANES; l++) squares[l] += (x[i + l] - middle) * (x[i + l] - middle);
    for (int64_t i = whole; i < count; i++) squares[i - whole] += (x[i] - middle) * (x[i] - middle);
    for (int l = 0; l < LANES; l++) square += squares[l];
    *mean = middle;
    *variance = square / (float)count;
}

CK_BODY ck_instance_normalize_body(int64_t batch, int64_t channels, int64_t positions, const float *scale,
    const float *bias, float epsilon, const float *x, float *y) {
    for (int64_t image = 0; image < batch * channels; image++, x += positions, y += positions) {
        float mean, variance;
        moments(x, positions, &mean, &variance);
        float a = scale[image % channels] / sqrtf(variance + epsilon), b = bias[image % channels];
        for (int64_t i = 0; i < positions; i++) y[i] = (x[i] - mean) * a + b;
    }
}

CK_DISPATCH(void, ck_instance_normalize,
    (int64_t batch, int64_t channels, int64_t positions, const float *scale, const float *bias, float epsilon,
        const float *x, float *y),
    (batch, channels, positions, scale, bias, epsilon, x, y))

CK_BODY ck_local_response_body(int64_t batch, int64_t channels, int64_t positions, int64_t size, float alpha,
    float beta, float bias, const float *x, float *restrict y) {
    int64_t before = (size - 1) / 2, after = size - 1 - before;
    for (int64_t sample = 0; sample < batch; sample++, x += channels * positions)
        for (int64_t c = 0; c < channels; c++, y += positions) {
            int64_t first = c > before ? c - before : 0, last = c + after < channels ? c + after : channels - 1;
            for (int64_t i = 0; i < positions; i++) y[i] = 0;
            for (int64_t other = first; other <= last; other++)
                for (int64_t i = 0; i < positions; i++)
                    y[i] += x[other * positions + i] * x[other * positions + i];
            for (int64_t i = 0; i < positions; i++)
                y[i] = x[c * positions + i] / powf(bias + alpha / (float)size * y[i], beta);
        }
}

CK_DISPATCH(void, ck_local_response,
    (int64_t batch, int64_t channels, int64_t positions, int64_t size, float alpha, float beta, float bias,
        const float *x, float *y),
    (batch, channels, positions, size, alpha, beta, bias, x, y))
