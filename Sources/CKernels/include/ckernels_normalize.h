/* Per-channel scaling and normalization of images in planar layout. */
#ifndef CKERNELS_NORMALIZE_H
#define CKERNELS_NORMALIZE_H

#include <stdint.h>

/* factor = scale / sqrt(variance + epsilon), offset = bias - mean * factor, for each of n channels. */
void ck_batch_factors(int64_t n, const float *scale, const float *bias, const float *mean, const float *variance,
    float epsilon, float *factor, float *offset);

/* y = x * factor[c] + offset[c] over [batch, channels, positions]; y may be x. */
void ck_scale_shift(int64_t batch, int64_t channels, int64_t positions, const float *factor, const float *offset,
    const float *x, float *y);

/* Every channel of every sample brought to mean 0 and variance 1 over its positions, then scaled and shifted. */
void ck_instance_normalize(int64_t batch, int64_t channels, int64_t positions, const float *scale, const float *bias,
    float epsilon, const float *x, float *y);

/* x / (bias + alpha / size * sum of squares)^beta, the sum over `size` neighbouring channels. */
void ck_local_response(int64_t batch, int64_t channels, int64_t positions, int64_t size, float alpha, float beta,
    float bias, const float *x, float *y);

#endif
