/* Products of float32 values summed in double precision, in which each product is exact, and rounded once at the end. */
#ifndef CKERNELS_EXACT_H
#define CKERNELS_EXACT_H

#include "ckernels_integer.h"

/* A convolution in planar layout. `bias` may be NULL. `row` holds destination[2] numbers. */
void ck_exact_convolve(const ck_convolution *convolution, const float *source, const float *weights, const float *bias,
                       float *destination, double *row);

/* y[m, n] = a[m, k] b[k, n] + bias; steps between rows and columns are in elements. `bias` may be NULL and moves by
   bias_row and bias_column. `row` holds n numbers. */
typedef struct {
    int64_t m, n, k, a_row, a_column, b_row, b_column, bias_row, bias_column;
} ck_exact_shape;

void ck_exact_multiply(const ck_exact_shape *shape, const float *a, const float *b, const float *bias, float *y, double *row);

#endif
