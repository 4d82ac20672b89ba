/* Convolutions and products of bytes by constant signed weights, with the instructions that multiply bytes and sum them
   in int32 (VNNI). Sums wrap; nothing else is ever lost. */
#ifndef CKERNELS_BYTES_H
#define CKERNELS_BYTES_H

#include "ckernels_integer.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the instruction set in use has them. */
bool ck_has_byte_products(void);

/* Whether the convolution is one of theirs: channels last on both sides, one group or every channel of its own. */
bool ck_takes_byte_convolution(const ck_convolution *convolution);

/* Bytes of the packed weights, the number of columns that bias and scales are padded to, and bytes of scratch memory for
   `parts` parts. */
size_t ck_byte_weights_bytes(const ck_convolution *convolution);
int64_t ck_byte_columns(const ck_convolution *convolution);
size_t ck_byte_scratch_bytes(const ck_convolution *convolution, int parts);

/* Packs weights [destination channels, source channels / groups, kernel...]. `bias`, NULL for zeros, becomes `folded`: what
   is added to the sums of the bytes themselves, the data's zero point and the bias, in packed order. */
void ck_byte_pack(const ck_convolution *convolution, const int8_t *weights, const int32_t *bias, int8_t *packed,
    int32_t *folded);

/* Puts one value a destination channel into packed order; `target` has ck_byte_columns values. */
void ck_byte_order(const ck_convolution *convolution, const float *values, float *target);

/* The sum of two tensors of bytes: fma(first, ratio_first, fma(second, ratio_second, fixed)), rounded half to even and
   clamped. No sum leaves int32. */
typedef struct {
    float ratio_first, ratio_second, fixed;
} ck_byte_sum;

/* What is added to float results, first the one, then the other: one value a column, or one for each result. What is added
   to results of 8 bits: one byte of the same type for each, by `sum`, in which the results come first or second. The bytes
   may be where the sums go. NULL for nothing. */
typedef struct {
    const float *columns, *elements;
    const uint8_t *bytes;
    ck_byte_sum sum;
    bool results_come_first;
} ck_addends;

/* Whether the convolution adds bytes. */
bool ck_adds_bytes(const ck_convolution *convolution);

/* Convolves in at most so many parts, which work at the same time. The result's bias is `folded`, and there is one scale a
   column, both in packed order; where results are bytes, scales are below 1. Source, destination and scratch must not
   overlap. */
void ck_byte_convolve(const ck_convolution *convolution, const void *source, const int8_t *packed,
    const ck_result *result, ck_addends addends, void *destination, void *scratch, int parts);

/* A product [rows, depth] x [depth, columns] whose second operand, signed and with zero point 0, comes with every run.
   There is one scale a column, ck_byte_product_columns of them, below 1 where results are bytes. */
typedef struct {
    int64_t rows, depth, columns;
    bool source_is_signed;
    int32_t source_zero_point;
    ck_result_type type;
    const float *scales;
    int32_t zero_point;
} ck_byte_product;

/* The number of columns that scales are padded to, and bytes of scratch memory for each part. */
int64_t ck_byte_product_columns(const ck_byte_product *product);
size_t ck_byte_product_scratch_bytes(const ck_byte_product *product);

/* Pairs of matrices, where each begins, in bytes. */
typedef struct {
    int64_t count;
    const int64_t *source_offsets, *weights_offsets;
    const uint8_t *source;
    const int8_t *weights;
} ck_byte_pairs;

/* Multiplies each pair; results lie one after the other, and so do addends for each result. Parts work at the same time.
   Scratch memory is aligned to 64. */
void ck_byte_multiply(const ck_byte_product *product, const ck_byte_pairs *pairs, ck_addends addends, void *destination,
    void *scratch, int parts);

#endif
