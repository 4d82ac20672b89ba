#define _GNU_SOURCE
#include "ckernels_isa.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

/* Whether the processor has matrix tiles and the system lets the process use them: Linux wants to be asked. */
static bool has_tiles(void) {
#if defined(__x86_64__) && defined(__linux__)
    enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
    return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-int8") &&
        syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
#else
    return false;
#endif
}

static ck_isa processor_isa(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq")) {
        if (!__builtin_cpu_supports("avx512vnni")) return CK_AVX512;
        return has_tiles() ? CK_AMX : CK_AVX512_VNNI;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CK_AVX2;
#endif
    return CK_BASELINE;
}

static ck_isa cap(void) {
    const char *name = getenv("ONNXQ_MAX_ISA");
    if (!name) return CK_AMX;
    if (!strcmp(name, "baseline")) return CK_BASELINE;
    if (!strcmp(name, "avx2")) return CK_AVX2;
    if (!strcmp(name, "avx512")) return CK_AVX512;
    if (!strcmp(name, "vnni")) return CK_AVX512_VNNI;
    return CK_AMX;
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

bool ck_has_tiles(void) { return ck_active_isa() >= CK_AMX; }

bool ck_has_byte_permutation(void) {
#if defined(__x86_64__)
    return ck_active_isa() >= CK_AVX512_VNNI && __builtin_cpu_supports("avx512vbmi");
#else
    return false;
#endif
}
