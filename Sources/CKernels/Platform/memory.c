#define _DEFAULT_SOURCE
#include "ckernels_memory.h"

#if defined(__linux__)
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

enum { LARGE = 32 << 20, KEPT = 128 << 20, HEAP = 96 << 20, STEP = 128 << 10 };

/* In KiB, as getrusage counts: a process that never had more would soon take again what it gave back. */
enum { SMALL_PROCESS = 128 << 10 };

void ck_give_back_large_blocks(void) {
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, LARGE);
    mallopt(M_TRIM_THRESHOLD, KEPT);
#endif
}

void ck_use_large_pages(void) {
#if defined(M_TOP_PAD) && defined(MADV_HUGEPAGE)
    uintptr_t start = (uintptr_t)sbrk(0);
    mallopt(M_TRIM_THRESHOLD, KEPT + HEAP);
    mallopt(M_TOP_PAD, HEAP);
    void *volatile block = malloc(1 << 20);
    free(block);
    mallopt(M_TOP_PAD, STEP);
    uintptr_t end = (uintptr_t)sbrk(0), page = (uintptr_t)sysconf(_SC_PAGESIZE);
    start = (start + page - 1) / page * page;
    if (start < end) madvise((void *)start, end - start, MADV_HUGEPAGE);
#endif
}

void ck_give_back_free(void) {
#ifdef M_TRIM_THRESHOLD
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss < SMALL_PROCESS) return;
    malloc_trim(0);
#endif
}
