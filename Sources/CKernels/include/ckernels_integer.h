/* Exact integer convolutions and matrix products of 8-bit values, and the way from their int32 sums to results.

   Values are widened to int16 less their zero point and multiplied in pairs, so that no step can saturate; sums are
   int32 and wrap. The same integers come out on every instruction set. */
#ifndef CKERNELS_INTEGER_H
#define CKERNELS_INTEGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the packed form of a matrix of `depth` (even) rows and `columns` columns. */
size_t ck_packed_bytes(int64_t depth, int64_t columns);

/* Sets a packed matrix to zero. */
void ck_packed_clear(int64_t depth, int64_t columns, int16_t *packed);

/* Part of a matrix of 8-bit values: element (r, c) lies at r * row_step + c * column_step. Column c has the zero point
   zero_points[c * zero_point_step]. */
typedef struct {
    const void *values;
    bool is_signed;
    int64_t rows, columns, row_step, column_step;
    const int32_t *zero_points;
    int64_t zero_point_step;
} ck_byte_matrix;

/* Packs a matrix as the rows from `first` on of a packed matrix of `depth` rows; rows not packed stay zero. */
void ck_pack_matrix(const ck_byte_matrix *matrix, int64_t depth, int64_t first, int16_t *packed);

/* Writes a matrix less its zero points to target, column after column, and the columns' sums, wrapped to int32. Gives
   whether all of it fits 8 bits, and the largest sum of the positive, or of the negative, values of a column. */
bool ck_signed_weights(const ck_byte_matrix *matrix, int8_t *target, int32_t *sums, int64_t *largest);

/* Widens rows of a matrix, one zero point for all: target[r * target_step + c]; what is left of target_step is zero. */
void ck_widen_rows(const ck_byte_matrix *matrix, int64_t target_step, int16_t *target);

/* A product of gathered rows: row r is `segments` runs of `length` (even) int16 values, at
   a + row_offsets[r] + segment_offsets[s]; their sum with column c of the packed matrix of segments * length rows goes
   to sums[r * sum_step + c]. */
typedef struct {
    int64_t rows, columns, segments, length;
    const int16_t *a;
    const int64_t *row_offsets, *segment_offsets;
    const int16_t *packed;
    int32_t *sums;
    int64_t sum_step;
} ck_row_product;

void ck_multiply_rows(const ck_row_product *product);

typedef enum { CK_RESULT_S32, CK_RESULT_F32, CK_RESULT_U8, CK_RESULT_S8 } ck_result_type;

/* What becomes of sums. s32: sum + bias. f32: float(sum + bias) * scale. 8 bits: that rounded half to even, plus the
   zero point, clamped. */
typedef struct {
    ck_result_type type;
    /* NULL for none, else one a column. */
    const int32_t *bias;
    /* One scale, or one a column where scale_step is 1. */
    const float *scales;
    int64_t scale_step;
    int32_t zero_point;
} ck_result;

/* Turns sums of [rows, columns], dense, into results, dense. */
void ck_finish(const ck_result *result, int64_t rows, int64_t columns, const int32_t *sums, void *target);

/* A convolution of 8-bit images over 3 spatial axes (extent 1 for those that are not there). */
typedef struct {
    int64_t batch, groups, source_channels, destination_channels;
    int64_t source[3], kernel[3], destination[3], stride[3], dilation[3], pad_begin[3], pad_end[3];
    bool source_is_signed, source_is_channels_last, destination_is_channels_last;
    int32_t source_zero_point;
} ck_convolution;

/* Bytes of the packed weights, and of the scratch memory that ck_convolve needs. */
size_t ck_convolution_weights_bytes(const ck_convolution *convolution);
size_t ck_convolution_scratch_bytes(const ck_convolution *convolution);

/* Packs weights [destination channels, source channels / groups, kernel...]; zero_points as in ck_byte_matrix, by
   destination channel. */
void ck_convolution_pack(const ck_convolution *convolution, const void *weights, bool is_signed,
    const int32_t *zero_points, int64_t zero_point_step, int16_t *packed);

/* Convolves. Scratch memory is aligned to 64. */
void ck_convolve(const ck_convolution *convolution, const void *source, const int16_t *packed,
    const ck_result *result, void *destination, void *scratch);

#endif
