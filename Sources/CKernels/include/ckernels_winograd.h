/* Convolutions of float32 by 3 x 3 weights with a quarter of their multiplications (minimal filtering algorithms; Lavin
   and Gray, 1509.09308, section 4; Winograd 1980). */
#ifndef CKERNELS_WINOGRAD_H
#define CKERNELS_WINOGRAD_H

#include "ckernels_floats.h"
#include "ckernels_integer.h"

/* Whether the convolution is one of these, and faster so; by much, unless weights may grow. Independent of the number of
   threads. */
bool ck_takes_winograd(const ck_convolution *convolution, bool weights_may_grow);

/* Bytes of the packed weights, and of the scratch memory for so many parts. */
size_t ck_winograd_weights_bytes(const ck_convolution *convolution);
size_t ck_winograd_scratch_bytes(const ck_convolution *convolution, int parts);

/* Packs weights [destination channels, source channels, 3, 3]. O(weights). */
void ck_winograd_pack(const ck_convolution *convolution, const float *weights, float *packed);

/* Convolves; `bias` is NULL for none. Scratch memory is aligned to 64. The same bits from any number of parts. */
void ck_winograd_convolve(const ck_convolution *convolution, const float *source, const float *packed,
    const float *bias, const ck_float_tail *tail, float *destination, void *scratch, int parts);

#endif
