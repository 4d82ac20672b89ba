/* Pooling and resampling over 1 to 3 spatial axes. */
#ifndef CKERNELS_SPATIAL_H
#define CKERNELS_SPATIAL_H

#include <stdbool.h>
#include <stdint.h>

/* A window sliding over images. Missing spatial axes come first, with extent 1 and window 1. */
typedef struct {
    /* Images one after another in memory. */
    int64_t images;
    /* Values side by side at each position: 1 where every channel is an image of its own. */
    int64_t channels;
    int64_t source[3], kernel[3], destination[3];
    /* Dilation 1 means a dense window. */
    int64_t stride[3], dilation[3], pad_begin[3], pad_end[3];
} ck_window;

/* The greatest value under each window; the least of the type where it covers padding only. */
void ck_max_pool_f32(const ck_window *window, const float *source, float *destination);
void ck_max_pool_u8(const ck_window *window, const uint8_t *source, uint8_t *destination);
void ck_max_pool_s8(const ck_window *window, const int8_t *source, int8_t *destination);

/* As ck_max_pool, for channels == 1, with the place of each maximum counted over all images: row-major, or
   with the spatial axes in reverse. 0 where a window covers padding only. */
void ck_max_pool_places_f32(
    const ck_window *window, bool reversed, const float *source, float *destination, int64_t *places);
void ck_max_pool_places_u8(
    const ck_window *window, bool reversed, const uint8_t *source, uint8_t *destination, int64_t *places);
void ck_max_pool_places_s8(
    const ck_window *window, bool reversed, const int8_t *source, int8_t *destination, int64_t *places);

/* The mean under each window, over its positions inside the image, or inside image and padding. */
void ck_average_pool_f32(const ck_window *window, bool count_padding, const float *source, float *destination);

/* (sum |x|^p)^(1/p) under each window. */
void ck_lp_pool_f32(const ck_window *window, int p, const float *source, float *destination);

/* Over all `positions` of each image; layouts as in ck_window. */
void ck_global_average_f32(
    int64_t images, int64_t positions, int64_t channels, const float *source, float *destination);
void ck_global_max_f32(int64_t images, int64_t positions, int64_t channels, const float *source, float *destination);
void ck_global_lp_f32(
    int64_t images, int64_t positions, int64_t channels, int p, const float *source, float *destination);

#endif
