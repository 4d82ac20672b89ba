#ifndef CKERNELS_STATISTICS_H
#define CKERNELS_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* What is seen of values at once. Where nothing is finite, low > high. */
typedef struct {
    float low, high;      /* least and greatest finite value */
    size_t zeros;         /* values that are exactly 0, of either sign */
    size_t not_finite;    /* NaN and infinities */
} ck_extremes;

ck_extremes ck_find_extremes(const float *x, size_t n);

/* Adds 1 to counts[floor(x * inverse_width) - first] for every x whose index lies in 0..<bins; others, NaN included, are
   passed over. inverse_width is a power of two, so that the product is exact; bins <= CK_MOST_BINS. */
enum { CK_MOST_BINS = 4096 };
void ck_count_bins(const float *x, size_t n, float inverse_width, int32_t first, uint64_t *counts, int32_t bins);

/* The sum over all bins of weight * mean squared error of rounding x to the multiples q * scale, low <= q <= high, where
   the values of bin i are spread evenly over edges[i]..edges[i + 1]; a bin without width is a point. O(bins). */
double ck_quantization_noise(const double *weights, const double *edges, ptrdiff_t bins, double scale, double low,
                             double high);

/* The bins first..<end merged into groups of (almost) equal numbers of bins, group g = 1...groups ending before bin
   first + g * (end - first) / groups: the sum over groups of m * log(m / o), m being the group's count and o its bins
   that are not empty. mass[i] is the count of all bins before bin i, occupied[i] how many of those are not empty; both
   are whole numbers. 0 < groups <= end - first < 2^20. O(groups). */
double ck_merged_information(const double *mass, const double *occupied, ptrdiff_t first, ptrdiff_t end,
                             ptrdiff_t groups);

#endif
