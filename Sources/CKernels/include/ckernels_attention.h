/* Attention: the rows of softmax(scale * Q transpose(K) + addend) V, scores never leaving the cache. */
#ifndef CKERNELS_ATTENTION_H
#define CKERNELS_ATTENTION_H

#include <stddef.h>
#include <stdint.h>

/* Where the matrices of one head begin. All distances count floats. */
typedef struct {
    int64_t query, key, value, addend, result;
} ck_attention_head;

/* The distances between a matrix's neighbours in a column and in a row. */
typedef struct {
    int64_t row, column;
} ck_matrix_steps;

/* For every head Q [rows, depth], K [keys, depth], V [keys, width], addend [rows, keys] and result [rows, width], in
   whose rows neighbours lie side by side. No extent is 0. */
typedef struct {
    const ck_attention_head *heads;
    int64_t head_count, rows, keys, depth, width;
    ck_matrix_steps query, key, value, addend;
    int64_t result_row;
    float scale;
} ck_attention;

/* How many blocks of a head's rows there are, which is into how many parts the work can be cut. */
int64_t ck_attention_blocks(const ck_attention *attention);

/* Bytes of scratch memory, aligned to 64, for each part. */
size_t ck_attention_scratch_bytes(const ck_attention *attention);

/* Computes all heads in `parts` parts; `addend` may be null. Sums of products add their terms in the order of their
   index, so that the number of parts changes no bit. O(heads * rows * keys * (depth + width)). */
void ck_attend(const ck_attention *attention, const float *query, const float *key, const float *value,
    const float *addend, float *result, void *scratch, int parts);

#endif
