/* Resampling along one axis or by index along all. */
#ifndef CKERNELS_RESAMPLE_H
#define CKERNELS_RESAMPLE_H

#include <stdint.h>

/* y[o, i, n] = sum over t of weights[i * taps + t] * x[o, positions[i * taps + t], n], for x of
   [outer, source, inner] and y of [outer, destination, inner]. */
void ck_resample(int64_t outer, int64_t source, int64_t inner, int64_t destination, int64_t taps,
    const int32_t *positions, const float *weights, const float *x, float *y);

/* Two taps along each of the last two axes of [images, rows, columns], the four products of one value and its two weights
   added in the order of the taps. positions and weights are as for ck_resample. */
typedef struct {
    int64_t source, destination;
    const int32_t *positions;
    const float *weights;
} ck_two_taps;

void ck_bilinear(
    int64_t images, const ck_two_taps *rows, const ck_two_taps *columns, const float *x, float *y);

/* y[o, i, n] = x[o, positions[i], n] for elements of `width` bytes. */
void ck_resample_nearest(int64_t outer, int64_t source, int64_t inner, int64_t destination, const int32_t *positions,
    int width, const void *x, void *y);

/* 8-bit integers to float32. */
void ck_widen_u8(int64_t n, const uint8_t *x, float *y);
void ck_widen_s8(int64_t n, const int8_t *x, float *y);

/* float32 to 8-bit integers: rounded towards zero, clamped. */
void ck_truncate_u8(int64_t n, const float *x, uint8_t *y);
void ck_truncate_s8(int64_t n, const float *x, int8_t *y);

#endif
