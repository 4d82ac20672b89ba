#ifndef CKERNELS_CAST_H
#define CKERNELS_CAST_H

#include "ckernels_element.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* float16 to float32, exactly. */
void ck_half_to_float(const uint16_t *source, size_t n, float *target);

/* float32 to float16, rounding half to even; what is too large becomes infinite. */
void ck_float_to_half(const float *source, size_t n, uint16_t *target);

/* bfloat16 to float32, exactly. */
void ck_bfloat_to_float(const uint16_t *source, size_t n, float *target);

/* float32 to bfloat16, rounding half to even. */
void ck_float_to_bfloat(const float *source, size_t n, uint16_t *target);

/* Elements `first ..< first + n` of an array of 2- or 4-bit integers, packed low bits first, one a byte. */
void ck_unpack(const void *source, int bits, bool is_signed, size_t first, size_t n, uint8_t *target);

/* The other way: the low bits of each byte. Runs are written in order: the first element of a byte clears the rest of
   it, so that unused bits at the end are 0. */
void ck_pack(const uint8_t *source, size_t n, int bits, void *target, size_t first);

typedef enum { CK_ROUND_UP, CK_ROUND_DOWN, CK_ROUND_NEAREST } ck_power_rounding;

/* How a cast to a floating-point type of eight bits or less treats what does not fit: whether it becomes the largest
   value or else NaN (infinity in FLOAT8E5M2); and how FLOAT8E8M0, which has powers of two only, rounds. */
typedef struct {
    bool saturate;
    ck_power_rounding powers;
} ck_cast_rules;

/* Whether `type` is a floating-point type of eight bits or less. */
bool ck_is_minifloat(ck_element type);

/* The value of a minifloat's bits. */
float ck_minifloat_value(uint8_t code, ck_element type);

/* The bits of the minifloat nearest to `value`, half to even. */
uint8_t ck_minifloat_code(float value, ck_element type, ck_cast_rules rules);

/* Whether ck_cast knows the type. */
bool ck_can_cast(ck_element type);

/* Casts `n` elements. Floating point to integer drops the fraction; an integer that is too wide loses its high bits; a
   floating-point number outside int32 (int64 for targets that hold more) gives that type's least value, cut the same
   way, as x86 processors do; anything but 0 is true. Float targets round half to even, those of 16 bits or less from
   float32. Types of fewer than eight bits are packed, low bits first. */
void ck_cast(const void *source, ck_element from, void *target, ck_element to, size_t n, ck_cast_rules rules);

#endif
