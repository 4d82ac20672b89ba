/* float16 and bfloat16 against float32, one value at a time, without branches so that loops over them vectorise. */
#ifndef CKERNELS_HALF_H
#define CKERNELS_HALF_H

#include "Platform/bits.h"

/* Exact. NaN stays NaN and becomes quiet. */
static inline float half_to_float(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7fff;
    uint32_t finite = float_bits(float_from_bits(magnitude << 13) * 0x1p112f);
    uint32_t special = 0x7f800000 | magnitude << 13 | (magnitude > 0x7c00 ? 0x400000 : 0);
    return float_from_bits(sign | (magnitude >= 0x7c00 ? special : finite));
}

/* Rounds half to even; what is too large becomes infinite. */
static inline uint16_t float_to_half(float f) {
    uint32_t bits = float_bits(f), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
    uint32_t special = magnitude > 0x7f800000 ? 0x7e00 | (magnitude >> 13 & 0x1ff) : 0x7c00;
    uint32_t normal = (magnitude - 0x38000000 + 0xfff + (magnitude >> 13 & 1)) >> 13;
    uint32_t subnormal = float_bits(float_from_bits(magnitude) + 0.5f) - 0x3f000000;
    uint32_t finite = magnitude < 0x38800000 ? subnormal : normal;
    return (uint16_t)(sign | (magnitude >= 0x477ff000 ? special : finite));
}

static inline float bfloat_to_float(uint16_t b) { return float_from_bits((uint32_t)b << 16); }

/* Rounds half to even; NaN stays NaN and becomes quiet. */
static inline uint16_t float_to_bfloat(float f) {
    uint32_t bits = float_bits(f);
    uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    uint32_t nan = bits >> 16 | 0x40;
    return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? nan : rounded);
}

#endif
