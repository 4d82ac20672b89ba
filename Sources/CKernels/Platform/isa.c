#include "ckernels_isa.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static ck_isa processor_isa(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        return __builtin_cpu_supports("avx512vnni") ? CK_AVX512_VNNI : CK_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CK_AVX2;
#endif
    return CK_BASELINE;
}

static ck_isa cap(void) {
    const char *name = getenv("ONNXQ_MAX_ISA");
    if (!name) return CK_AVX512_VNNI;
    if (!strcmp(name, "baseline")) return CK_BASELINE;
    if (!strcmp(name, "avx2")) return CK_AVX2;
    if (!strcmp(name, "avx512")) return CK_AVX512;
    return CK_AVX512_VNNI;
}

ck_isa ck_active_isa(void) {
    static _Atomic int decided = -1;
    int isa = atomic_load_explicit(&decided, memory_order_relaxed);
    if (isa < 0) {
        ck_isa have = processor_isa(), most = cap();
        isa = have < most ? have : most;
        atomic_store_explicit(&decided, isa, memory_order_relaxed);
    }
    return (ck_isa)isa;
}

bool ck_has_byte_permutation(void) {
#if defined(__x86_64__)
    return ck_active_isa() == CK_AVX512_VNNI && __builtin_cpu_supports("avx512vbmi");
#else
    return false;
#endif
}
