#include "ckernels_cast.h"
#include "half.h"
#include <math.h>

/* A sign, an exponent and `mantissa_bits`; `largest` is the magnitude code of the largest finite value. */
typedef struct {
    int sign_shift, mantissa_bits, bias, largest;
    /* Magnitude codes of infinity and NaN, -1 where there is none. */
    int infinity, nan;
    /* Whether the code of -0 is the only NaN, so that there is no -0. */
    bool is_unsigned_zero;
} format;

static format format_of(ck_element type) {
    switch (type) {
    case CK_FLOAT8E4M3FN: return (format){7, 3, 7, 0x7e, -1, 0x7f, false};
    case CK_FLOAT8E4M3FNUZ: return (format){7, 3, 8, 0x7f, -1, 0x80, true};
    case CK_FLOAT8E5M2: return (format){7, 2, 15, 0x7b, 0x7c, 0x7e, false};
    case CK_FLOAT8E5M2FNUZ: return (format){7, 2, 16, 0x7f, -1, 0x80, true};
    default: return (format){3, 1, 1, 0x07, -1, -1, false}; /* FLOAT4E2M1 */
    }
}

bool ck_is_minifloat(ck_element type) {
    return (type >= CK_FLOAT8E4M3FN && type <= CK_FLOAT8E5M2FNUZ) || type == CK_FLOAT4E2M1 || type == CK_FLOAT8E8M0;
}

float ck_minifloat_value(uint8_t code, ck_element type) {
    if (type == CK_FLOAT8E8M0) return code == 0xff ? NAN : ldexpf(1, code - 127);
    format f = format_of(type);
    int magnitude = code & ((1 << f.sign_shift) - 1);
    bool is_negative = code >> f.sign_shift & 1;
    float value;
    if (f.is_unsigned_zero && code == 0x80)
        value = NAN;
    else if (magnitude == f.infinity)
        value = INFINITY;
    else if (magnitude > f.largest)
        value = NAN;
    else {
        int exponent = magnitude >> f.mantissa_bits, fraction = magnitude & ((1 << f.mantissa_bits) - 1);
        if (exponent > 0) fraction += 1 << f.mantissa_bits;
        value = ldexpf((float)fraction, (exponent > 0 ? exponent : 1) - f.bias - f.mantissa_bits);
    }
    return is_negative ? -value : value;
}

/* Powers of two: the exponent is the code. A value of zero or less has none, and gets the least power. */
static uint8_t power_code(float value, ck_cast_rules rules) {
    if (isnan(value)) return 0xff;
    if (isinf(value) && value > 0) return rules.saturate ? 0xfe : 0xff;
    if (!(value >= 0x1p-127f)) return rules.saturate ? 0 : 0xff;
    int exponent;
    float fraction = frexpf(value, &exponent) * 2;
    exponent -= 1;
    bool is_up = rules.powers == CK_ROUND_UP ? fraction > 1 : rules.powers == CK_ROUND_NEAREST && fraction >= 1.5f;
    int code = exponent + 127 + is_up;
    return code <= 0xfe ? (uint8_t)code : rules.saturate ? 0xfe : 0xff;
}

uint8_t ck_minifloat_code(float value, ck_element type, ck_cast_rules rules) {
    if (type == CK_FLOAT8E8M0) return power_code(value, rules);
    format f = format_of(type);
    int sign = (int)(float_bits(value) >> 31) << f.sign_shift;
    if (isnan(value)) return (uint8_t)(f.nan < 0 ? 1 << f.sign_shift : sign | f.nan);
    float magnitude = fabsf(value);
    int code = f.largest + 1;
    if (isfinite(magnitude)) {
        int exponent;
        frexpf(magnitude, &exponent);
        exponent -= 1;
        if (magnitude == 0 || exponent < 1 - f.bias) exponent = 1 - f.bias;
        float steps = nearbyintf(ldexpf(magnitude, f.mantissa_bits - exponent));
        int coded = ((exponent + f.bias - 1) << f.mantissa_bits) + (int)steps;
        if (coded < code) code = coded;
    }
    if (code > f.largest) {
        if (rules.saturate || f.nan < 0)
            code = f.largest;
        else
            return (uint8_t)(sign | (f.infinity >= 0 ? f.infinity : f.nan));
    }
    if (code == 0 && f.is_unsigned_zero) sign = 0;
    return (uint8_t)(sign | code);
}
