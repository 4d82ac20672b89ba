/* The windows of a convolution as rows of a matrix. Results are the same on every processor. */
#ifndef CKERNELS_WINDOWS_H
#define CKERNELS_WINDOWS_H

#include <stdint.h>

/* The windows of a convolution's data over some of its output positions. */
typedef struct {
    int spatial;                /* axes, 1 to 3 */
    int64_t channels;           /* of the group */
    int64_t extent[3], kernel[3], stride[3], dilation[3], pad[3], output[3];
} ck_windows;

/* Copies the window of each of `count` output positions (row-major over `output`) of one group's data, planar
   [channels, extent...], to a row of `rows`: channels * kernel... numbers, zero where it lies in the padding. */
void ck_gather_windows(const ck_windows *w, const float *data, const int64_t *positions, int64_t count, float *rows);

/* Adds to sums[channel][kernel...] the sum of that number of the window over all output positions. */
void ck_add_window_sums(const ck_windows *w, const float *data, double *sums);

#endif
