/* Average pooling between 8-bit grids. */
#ifndef CKERNELS_BYTE_POOL_H
#define CKERNELS_BYTE_POOL_H

#include "ckernels_spatial.h"
#include <stddef.h>

/* The mean under each window of real values, on the grid `scale_y`, `zero_y`. `reals` holds the real value of each byte.
   `row` is scratch memory for a row of windows: destination[2] * channels floats. */
typedef struct {
    const float *reals;
    bool count_padding, is_signed;
    float scale_y;
    int32_t zero_y;
} ck_byte_average;

void ck_byte_average_pool(
    const ck_window *window, const ck_byte_average *average, const uint8_t *source, uint8_t *target, float *row);

/* The sums of all bytes of each image less `zero`: sums has one int32 an image and channel. */
void ck_byte_sums(int64_t images, int64_t positions, int64_t channels, bool is_signed, int32_t zero,
    const uint8_t *source, int32_t *sums);

#endif
