/* Products of float32 rows by weights that were packed once, on processors with vectors of 256 bits and more. */
#ifndef CKERNELS_FLOATS_H
#define CKERNELS_FLOATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { CK_TAIL_IDENTITY, CK_TAIL_LEAKY_RELU, CK_TAIL_CLIP } ck_tail_activation;

/* What follows sums and bias: activation(sum + destination). */
typedef struct {
    bool adds_destination;
    ck_tail_activation activation;
    /* The slope below 0, or the least and the greatest result. */
    float alpha, beta;
} ck_float_tail;

/* Whether they are faster than oneDNN's: with vectors of 512 bits. */
bool ck_has_fast_float_products(void);

/* How many floats the packed form of a matrix of [depth, columns] has. */
int64_t ck_packed_floats(int64_t depth, int64_t columns);

/* Packs a matrix whose element (r, c) lies at r * row_step + c * column_step. O(elements). */
void ck_pack_floats(
    int64_t depth, int64_t columns, const float *matrix, int64_t row_step, int64_t column_step, float *packed);

/* Rows of `depth` values by packed weights; values and results lie dense, row after row. */
typedef struct {
    int64_t rows, columns, depth;
    ck_float_tail tail;
} ck_float_product;

/* Multiplies; `bias` is NULL for none. The same bits from any number of parts. */
void ck_multiply_floats(const ck_float_product *product, const float *source, const float *packed, const float *bias,
    float *destination, int parts);

#endif
