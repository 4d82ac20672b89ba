/* Parts of the convolution by minimal filtering: inside CKernels only. */
#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include "ckernels_winograd.h"
#include "Platform/dispatch.h"
#include "Platform/lanes.h"
#include "Platform/least.h"
#include <string.h>

/* A tile of TILE x TILE results comes of SPAN x SPAN values, by as many products. */
enum { CK_TAPS = 3, CK_TILE = 4, CK_SPAN = CK_TILE + CK_TAPS - 1, CK_SPANS = CK_SPAN * CK_SPAN };

/* Finite points at which polynomials are taken, besides 0: A, -A, B and -B. Of those with few bits these have about the
   least errors, twice those of the sums themselves. */
#define CK_POINT_A 0.625f
#define CK_POINT_B 1.5f

#define CK_SQUARE_A (CK_POINT_A * CK_POINT_A)
#define CK_SQUARE_B (CK_POINT_B * CK_POINT_B)

#define CK_UNROLL _Pragma("clang loop unroll(full)")

/* Tiles, numbered through all samples, from `first` on: `count` of them. */
typedef struct {
    const ck_convolution *convolution;
    int64_t down, across, first, count;
} ck_tiles;

/* Transforms the values under tiles: those for product `s` of tile `t` begin at values[(s * count + t) * step]. There
   are as many `zeros` as channels. */
void ck_transform_values(const ck_tiles *tiles, const float *source, const float *zeros, int64_t step, float *values);

/* Transforms the sums of `width` channels, the first of which is `channel`, into results. Sums of tiles are `step`
   apart. */
void ck_transform_sums(const ck_tiles *tiles, const float *sums, int64_t step, int64_t width, const float *bias,
    const ck_float_tail *tail, int64_t channel, float *destination);

#endif
