/* Normalization of rows: neighbours in memory that share a mean and a variance. */
#ifndef CKERNELS_ROWS_H
#define CKERNELS_ROWS_H

#include "ckernels_element.h"
#include <stdbool.h>
#include <stddef.h>

/* How a row is normalized: (x - mean) / sqrt(variance + epsilon), or x / sqrt(mean of squares + epsilon). */
typedef struct {
    bool is_centered;
    double epsilon;
} ck_row_rules;

/* Normalizes `rows` rows of `n` elements, at least 1; then times scale[i], plus bias[i], where these are there (a bias
   only with a scale). Writes each row's mean and its 1 / sqrt(...) where there is room for them. Mean and variance are
   computed in float64. y may be x. O(elements). */
typedef void (*ck_row_loop)(const void *x, ptrdiff_t rows, ptrdiff_t n, ck_row_rules rules, const void *scale,
                            const void *bias, void *y, void *mean, void *inverse);

/* The loop for elements of a type; null where there is none. */
ck_row_loop ck_find_row_loop(ck_element type);

/* Divides by the p-norm along the middle one of three dimensions, p 1 or 2; what has norm 0 stays 0. `norms` is for
   `inner` numbers. y may be x. O(elements). */
typedef void (*ck_norm_loop)(const void *x, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, int p, void *y,
                             double *norms);

/* The loop for elements of a type; null where there is none. */
ck_norm_loop ck_find_norm_loop(ck_element type);

#endif
