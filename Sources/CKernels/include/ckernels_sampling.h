/* Reading images between their pixels, at places that come with the data. */
#ifndef CKERNELS_SAMPLING_H
#define CKERNELS_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

/* Regions cut out of images [*, channels, height, width] and brought to one size. A region is (x1, y1, x2, y2) in units
   of 1 / scale pixels. */
typedef struct {
    int64_t channels, height, width, rows, columns;
    /* Samples along each axis of one output value; 0 chooses about one a pixel. */
    int64_t samples;
    float scale;
    /* Whether a pixel's value is that of its centre. */
    bool half_pixel;
    /* The greatest of the samples instead of their mean. */
    bool greatest;
} ck_regions;

/* One region of `image` to y [channels, rows, columns]. */
void ck_align_region(const ck_regions *regions, const float *image, const float *region, float *y);

typedef enum { CK_SAMPLE_NEAREST, CK_SAMPLE_LINEAR, CK_SAMPLE_CUBIC } ck_sample_mode;
typedef enum { CK_OUTSIDE_ZEROS, CK_OUTSIDE_BORDER, CK_OUTSIDE_REFLECTION } ck_outside;

/* Images of up to 3 spatial axes (extents of those that are not there are 1, the last is the innermost) read at places in
   [-1, 1], which lie over the image from edge to edge, or from the centre of the first pixel to that of the last where
   corners are aligned. */
typedef struct {
    int64_t axes, channels, source[3];
    ck_sample_mode mode;
    ck_outside outside;
    bool align_corners;
} ck_sampling;

/* One image [channels, source...] at `count` places [count, axes], innermost axis first, to y [channels, count]. */
void ck_sample_grid(const ck_sampling *sampling, const float *image, const float *places, int64_t count, float *y);

#endif
