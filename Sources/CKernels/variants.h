/* Loops of which the variant for this processor is chosen once, when an operator is prepared. */
#ifndef CKERNELS_VARIANTS_H
#define CKERNELS_VARIANTS_H

#include "dispatch.h"

/* Defines NAME_baseline, NAME_avx2 and NAME_avx512, static functions of the same parameters and body. NAME may be a
   macro. */
#define CK_VARIANTS(NAME, PARAMETERS, ...) CK_VARIANTS_OF(NAME, PARAMETERS, __VA_ARGS__)
#define CK_VARIANTS_OF(NAME, PARAMETERS, ...)                                                                         \
    static void NAME##_baseline PARAMETERS __VA_ARGS__                                                                \
    CK_AVX2_CODE static void NAME##_avx2 PARAMETERS __VA_ARGS__                                                       \
    CK_AVX512_CODE static void NAME##_avx512 PARAMETERS __VA_ARGS__

/* The variant of NAME to call on this processor. */
#define CK_PICK(NAME) CK_PICK_OF(NAME)
#define CK_PICK_OF(NAME)                                                                                              \
    (ck_active_isa() >= CK_AVX512 ? NAME##_avx512 : ck_active_isa() >= CK_AVX2 ? NAME##_avx2 : NAME##_baseline)

/* The same without AVX-512, for loops that wait for memory anyway. */
#define CK_TWO_VARIANTS(NAME, PARAMETERS, ...)                                                                        \
    static void NAME##_baseline PARAMETERS __VA_ARGS__                                                                \
    CK_AVX2_CODE static void NAME##_avx2 PARAMETERS __VA_ARGS__

#define CK_PICK_TWO(NAME) (ck_active_isa() >= CK_AVX2 ? NAME##_avx2 : NAME##_baseline)

/* Before a loop in which every iteration reads and writes only its own position, so that the output may be an input. */
#define CK_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

#endif
