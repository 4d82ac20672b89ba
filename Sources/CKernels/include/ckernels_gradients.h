/* Rounding to grids while learning their scales, and the gradients of element-wise functions. Results are the same on
   every processor. */
#ifndef CKERNELS_GRADIENTS_H
#define CKERNELS_GRADIENTS_H

#include <stdint.h>

/* Tensors are [outer, channels, inner]; a grid's values are the multiples of steps[channel] from low to high, both of
   which may lie between multiples. */
typedef struct {
    int64_t outer, channels, inner;
    const float *steps;
    float low, high;
} ck_learned_grid;

/* y = step * (the integer nearest to x / step + offset, less offset, within the grid), 0 where x is 0. */
void ck_round_dithered(const ck_learned_grid *grid, const float *offsets, const float *x, float *y);

/* The gradient of that, as if rounding added a number in proportion to the step: with g the gradient of y, gx becomes g
   within the grid and 0 elsewhere, and g times the derivative of y by the logarithm of the step is added to slopes, one
   a channel. */
void ck_round_dithered_gradient(const ck_learned_grid *grid, const float *x, const float *y, const float *g, float *gx,
    double *slopes);

/* gx = g where low < x < high, else 0. */
void ck_clip_gradient(int64_t n, float low, float high, const float *x, const float *g, float *gx);

/* gx = g * y * (1 - y). */
void ck_sigmoid_gradient(int64_t n, const float *y, const float *g, float *gx);

/* y += scale * x. */
void ck_add_multiple(int64_t n, float scale, const float *x, float *y);

/* With p the sums of a * b over the innermost axis of [rows, columns, count], adds the sums of p over columns to by_row
   and those over rows to by_column. */
void ck_add_product_sums(int64_t rows, int64_t columns, int64_t count, const float *a, const float *b, double *by_row,
    double *by_column);

#endif
