/* What follows sums of float32: inside CKernels only. */
#ifndef CK_FLOAT_TAIL_H
#define CK_FLOAT_TAIL_H

#include "ckernels_floats.h"
#include "Platform/lanes.h"

static inline __attribute__((always_inline)) void ck_activate(const ck_float_tail *tail, ck_lanes_of_float *y) {
    ck_lanes_of_float alpha = tail->alpha, beta = tail->beta;
    if (tail->activation == CK_TAIL_LEAKY_RELU) *y = *y < 0 ? *y * alpha : *y;
    if (tail->activation != CK_TAIL_CLIP) return;
    *y = *y < alpha ? alpha : *y;
    *y = *y > beta ? beta : *y;
}

#endif
