#include "ckernels_cast.h"
#include "Platform/dispatch.h"
#include "half.h"

#define DEFINE(NAME, SOURCE, TARGET, CONVERT)                                                                       \
    CK_BODY NAME##_body(const SOURCE *source, size_t n, TARGET *target) {                                           \
        for (size_t i = 0; i < n; i++) target[i] = CONVERT(source[i]);                                              \
    }                                                                                                               \
    CK_DISPATCH(void, NAME, (const SOURCE *source, size_t n, TARGET *target), (source, n, target))

DEFINE(ck_half_to_float, uint16_t, float, half_to_float)
DEFINE(ck_float_to_half, float, uint16_t, float_to_half)
DEFINE(ck_bfloat_to_float, uint16_t, float, bfloat_to_float)
DEFINE(ck_float_to_bfloat, float, uint16_t, float_to_bfloat)
