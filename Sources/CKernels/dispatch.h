/* One loop, compiled for several instruction sets. */
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

/* Defines `HEAD NAME PARAMETERS` (HEAD is `void` or `static void`), which runs the CK_BODY function `NAME_body` as the
   compiler vectorises it for the widest instruction set in use. ARGUMENTS are the parameters' names, in parentheses. */
#if defined(__x86_64__)
#define CK_DISPATCH(HEAD, NAME, PARAMETERS, ARGUMENTS)                                                                \
    CK_AVX2_CODE static void NAME##_avx2 PARAMETERS { NAME##_body ARGUMENTS; }                                        \
    CK_AVX512_CODE static void NAME##_avx512 PARAMETERS { NAME##_body ARGUMENTS; }                                    \
    HEAD NAME PARAMETERS {                                                                                            \
        ck_isa isa = ck_active_isa();                                                                                 \
        if (isa >= CK_AVX512)                                                                                         \
            NAME##_avx512 ARGUMENTS;                                                                                  \
        else if (isa >= CK_AVX2)                                                                                      \
            NAME##_avx2 ARGUMENTS;                                                                                    \
        else                                                                                                          \
            NAME##_body ARGUMENTS;                                                                                    \
    }
#else
#define CK_DISPATCH(HEAD, NAME, PARAMETERS, ARGUMENTS)                                                                \
    HEAD NAME PARAMETERS { NAME##_body ARGUMENTS; }
#endif

#endif
