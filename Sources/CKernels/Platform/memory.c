#include "ckernels_memory.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
#endif

void ck_give_back_large_blocks(void) {
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 128 << 20);
#endif
}

void ck_give_back_free(void) {
#ifdef M_TRIM_THRESHOLD
    malloc_trim(0);
#endif
}
