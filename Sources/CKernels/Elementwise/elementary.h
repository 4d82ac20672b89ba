/* Elementary functions of float32 without branches or calls, so that loops over them vectorise. The polynomials are
   near-minimax fits (Lawson's iteration on Chebyshev nodes); results are within 2.5 units in the last place where no more
   is said. */
#ifndef CKERNELS_ELEMENTARY_H
#define CKERNELS_ELEMENTARY_H

#include "Platform/bits.h"
#include "Platform/dispatch.h"
#include <math.h>
#include <stdbool.h>

/* x = k ln 2 + r with |r| <= ln 2 / 2; e^r = 1 + tail. The low bits of `shifted` hold k. */
typedef struct {
    uint32_t k;
    float tail;
} exp_parts;

static inline __attribute__((always_inline)) exp_parts split_exp(float x) {
    const float shift = 0x1.8p23f;
    float shifted = x * 0x1.715476p0f + shift;
    float n = shifted - shift;
    float r = (x - n * 0x1.63p-1f) + n * 0x1.bd0106p-13f;
    float p = 0x1.9f0810p-13f;
    p = p * r + 0x1.6d8db0p-10f;
    p = p * r + 0x1.111272p-7f;
    p = p * r + 0x1.55548ep-5f;
    p = p * r + 0x1.555554p-3f;
    p = p * r + 0.5f;
    return (exp_parts){float_bits(shifted) - float_bits(shift), r + r * r * p};
}

/* 2^k for -126 <= k <= 127, k modulo 2^32. */
static inline float power_of_two(uint32_t k) { return float_from_bits((k + 127) << 23); }

/* e^x. Two factors for 2^k, so that results below the normal range round once and those above become infinite. Where
   the result is 0 none is computed, since processors underflow slowly. */
static inline __attribute__((always_inline)) float exp_float(float x) {
    float bounded = x < -104.0f ? 0.0f : x;
    bounded = bounded > 89.0f ? 89.0f : bounded;
    exp_parts parts = split_exp(bounded);
    uint32_t half = (uint32_t)((int32_t)parts.k >> 1);
    float result = (1.0f + parts.tail) * power_of_two(half) * power_of_two(parts.k - half);
    return x < -104.0f ? 0.0f : result;
}

/* e^x for x <= 0, and 0 where that is below the normal range. */
static inline __attribute__((always_inline)) float exp_of_negative_float(float x) {
    bool vanishes = x < -87.25f;
    exp_parts parts = split_exp(vanishes ? 0.0f : x);
    return vanishes ? 0.0f : (1.0f + parts.tail) * power_of_two(parts.k);
}

/* e^x - 1 for x <= 0; for x > 0 it is 0. */
static inline __attribute__((always_inline)) float expm1_of_negative_float(float x) {
    float bounded = x < -30.0f ? -30.0f : x;
    bounded = bounded > 0.0f ? 0.0f : bounded;
    exp_parts parts = split_exp(bounded);
    float scale = power_of_two(parts.k);
    return scale * parts.tail + (scale - 1.0f);
}

/* 1 / (1 + e^-x). */
static inline __attribute__((always_inline)) float sigmoid_float(float x) {
    float e = exp_float(-fabsf(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

static inline __attribute__((always_inline)) float tanh_float(float x) {
    float a = fabsf(x), z = x * x;
    float p = -0x1.75e1a8p-8f;
    p = p * z + 0x1.522692p-6f;
    p = p * z - 0x1.b83c58p-5f;
    p = p * z + 0x1.110726p-3f;
    p = p * z - 0x1.555532p-2f;
    float small = x + x * z * p;
    float large = copysignf(1.0f - 2.0f / (exp_float(2.0f * a) + 1.0f), x);
    return a < 0.625f ? small : large;
}

/* The error function: x + x P(x^2) where |x| < 0.875, else 1 - e^-Q(|x|). */
static inline __attribute__((always_inline)) float erf_float(float x) {
    float a = fabsf(x), z = x * x;
    float p = -0x1.453aacp-11f;
    p = p * z + 0x1.49c9fep-8f;
    p = p * z - 0x1.b6f38ap-6f;
    p = p * z + 0x1.ce211ep-4f;
    p = p * z - 0x1.81270cp-2f;
    p = p * z + 0x1.06eba6p-3f;
    float small = x + x * p;
    float b = a > 4.0f ? 4.0f : a;
    float q = -0x1.a58532p-13f;
    q = q * b + 0x1.955034p-9f;
    q = q * b - 0x1.6f5540p-6f;
    q = q * b + 0x1.ab5356p-4f;
    q = q * b + 0x1.46026cp-1f;
    q = q * b + 0x1.20c06cp0f;
    q = q * b + 0x1.181f5cp-13f;
    float large = copysignf(1.0f - exp_float(-q), x);
    return a < 0.875f ? small : large;
}

/* x / 2 (1 + erf(x / sqrt 2)), the error function as z P(z^2) / Q(z^2), which takes a third of the time and is within 7
   units in the last place. */
static inline __attribute__((always_inline)) float gelu_float(float x) {
    float a = fabsf(x) * 0x1.6a09e6p-1f;
    float z = a > 3.9f ? 3.9f : a, square = z * z;
    float p = 0x1.155b64p-19f, q = 0x1.410848p-15f;
    p = p * square + 0x1.2ae906p-12f, q = q * square + 0x1.2f66b2p-10f;
    p = p * square + 0x1.e9ff0ep-9f, q = q * square + 0x1.e8b682p-7f;
    p = p * square + 0x1.af752ap-5f, q = q * square + 0x1.d2341ep-4f;
    p = p * square + 0x1.847062p-3f, q = q * square + 0x1.00ba48p-1f;
    p = p * square + 0x1.20dd74p0f, q = q * square + 1.0f;
    float erf = z * p / q;
    return 0.5f * x * (1.0f + copysignf(((a > 3.9f) | (erf > 1.0f)) ? 1.0f : erf, x));
}

#endif
