#include "copenmp.h"
#include "ckernels_isa.h"
#include "ckernels_parallel.h"
#include <stdatomic.h>

/* Makes the next function known to shared libraries by another name, of the version that they ask for. Nothing in the
   program itself refers to it. */
#if defined(__linux__)
#define RUNTIME(own, name)                                                                                            \
    __asm__(".symver " #own ", " #name);                                                                              \
    __attribute__((used, retain))
#else
#define RUNTIME(own, name)
#endif

/* As many as there are processors, however many threads there are: oneDNN divides sums, and chooses blocks of them, by this
   number, which must not show in the results. */
RUNTIME(copenmp_max_threads, omp_get_max_threads@@OMP_1.0)
int copenmp_max_threads(void) {
    static _Atomic int processors;
    int count = atomic_load_explicit(&processors, memory_order_relaxed);
    if (!count) atomic_store(&processors, count = ck_processors());
    return count;
}

RUNTIME(copenmp_parallel, GOMP_parallel@@GOMP_4.0)
void copenmp_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
    (void)flags;
    ck_together(threads ? (int)threads : copenmp_max_threads(), body, data);
}

RUNTIME(copenmp_barrier, GOMP_barrier@@GOMP_1.0)
void copenmp_barrier(void) { ck_meet(); }

RUNTIME(copenmp_num_threads, omp_get_num_threads@@OMP_1.0)
int copenmp_num_threads(void) { return ck_members(); }

RUNTIME(copenmp_thread_num, omp_get_thread_num@@OMP_1.0)
int copenmp_thread_num(void) { return ck_member(); }

RUNTIME(copenmp_in_parallel, omp_in_parallel@@OMP_1.0)
int copenmp_in_parallel(void) { return ck_is_within(); }
