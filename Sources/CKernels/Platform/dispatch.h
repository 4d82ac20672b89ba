/* Loops compiled for several instruction sets, of which one is chosen when the loop is called or, by CK_PICK, when an
   operator is prepared. */
#ifndef CKERNELS_DISPATCH_H
#define CKERNELS_DISPATCH_H

#include "ckernels_isa.h"

/* Results must not depend on the processor: multiplication and addition are fused only where the code says so. */
#pragma STDC FP_CONTRACT OFF

/* Before a function that is compiled for one of them. */
#if defined(__x86_64__)
#define CK_AVX2_CODE __attribute__((target("avx2,fma")))
#define CK_AVX512_CODE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#else
#define CK_AVX2_CODE
#define CK_AVX512_CODE
#endif

/* Before a function that is compiled for several and chosen when the program is loaded, whatever ONNXQ_MAX_ISA says. */
#if defined(__x86_64__)
#define CK_CLONES __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define CK_CLONES
#endif

#define CK_BODY static inline __attribute__((always_inline)) void

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

/* Defines `HEAD NAME PARAMETERS` (HEAD is `void` or `static void`), which runs the CK_BODY function `NAME_body` as the
   compiler vectorises it for the widest instruction set in use. ARGUMENTS are the parameters' names, in parentheses. */
#define CK_DISPATCH(HEAD, NAME, PARAMETERS, ARGUMENTS)                                                                \
    CK_VARIANTS(NAME, PARAMETERS, { NAME##_body ARGUMENTS; })                                                         \
    HEAD NAME PARAMETERS { CK_PICK(NAME) ARGUMENTS; }

/* The same without AVX-512, for loops that wait for memory anyway. */
#define CK_TWO_VARIANTS(NAME, PARAMETERS, ...)                                                                        \
    static void NAME##_baseline PARAMETERS __VA_ARGS__                                                                \
    CK_AVX2_CODE static void NAME##_avx2 PARAMETERS __VA_ARGS__

#define CK_PICK_TWO(NAME) (ck_active_isa() >= CK_AVX2 ? NAME##_avx2 : NAME##_baseline)

/* Before a loop in which every iteration reads and writes only its own position, so that the output may be an input. */
#define CK_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

/* The same where every iteration is a long chain of operations: several vectors go through it side by side, since the
   processor does not look far enough ahead to take up the next one by itself. */
#define CK_INDEPENDENT_CHAINS _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")

#endif
