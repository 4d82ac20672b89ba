#ifndef CKERNELS_ISA_H
#define CKERNELS_ISA_H

#include <stdbool.h>

/* Instruction sets, each including the ones before it. */
typedef enum { CK_BASELINE = 0, CK_AVX2 = 1, CK_AVX512 = 2, CK_AVX512_VNNI = 3, CK_AMX = 4 } ck_isa;

/* The instruction set in use: what the processor has, capped by ONNXQ_MAX_ISA. Decided at the first call. */
ck_isa ck_active_isa(void);

/* Whether it goes with instructions that permute the bytes of vectors (VBMI), which not all with VNNI have. */
bool ck_has_byte_permutation(void);

/* Whether it has matrix tiles (AMX). */
bool ck_has_tiles(void);

/* How many processors the program may run on, which may be fewer than the machine has. */
int ck_processors(void);

#endif
