/* Float32 products whose terms are added in a stated order, so that every processor and every run gives the same bits.

   The order is that of ONNX Runtime's CPU kernels on x86-64, so that a model run node by node in both can be compared
   bit by bit:
     - in general, fused multiply-adds in the order of k, in blocks (ck_ordered_block) that are summed one after the
       other;
     - a single row of `a`: rounded products, four summed from left to right and then added to the result;
     - a single row of `a` by a transposed `b`, or a single column of `b`: eight interleaved sums of rounded products. */
#ifndef CKERNELS_ORDERED_H
#define CKERNELS_ORDERED_H

#include "ckernels_integer.h"

/* y[m, n] = bias + a[m, k] b[k, n]. All are dense; b is [n, k] where it is transposed. Bias may be NULL; it moves by
   bias_row and bias_column. */
typedef struct {
    int64_t m, n, k;
    bool is_b_transposed;
    int64_t bias_row, bias_column;
} ck_ordered_product;

/* How many terms are summed before the sum is added to the result, in a product of n columns and k terms. */
int64_t ck_ordered_block(int64_t n, int64_t k);

/* Pairs of matrices that are multiplied: which of a by which of b. The products lie one behind the other. */
typedef struct {
    int64_t count;
    const int64_t *a, *b;
} ck_ordered_pairs;

/* Threads that each of the two makes use of now, and the bytes of scratch memory, aligned to 64, that so many need. */
int ck_ordered_product_parts(const ck_ordered_product *product, int64_t pairs);
int ck_ordered_convolution_parts(const ck_convolution *convolution);
size_t ck_ordered_product_scratch(const ck_ordered_product *product, int parts);
size_t ck_ordered_convolution_scratch(const ck_convolution *convolution, int parts);

void ck_ordered_multiply(const ck_ordered_product *product, const ck_ordered_pairs *pairs, const float *a,
    const float *b, const float *bias, float *y, void *scratch, int parts);

/* A convolution in planar layout: a product of the weights and the values under the kernel, to which `bias`, which may
   be NULL, is added last. */
void ck_ordered_convolve(const ck_convolution *convolution, const float *source, const float *weights,
    const float *bias, float *destination, void *scratch, int parts);

#endif
