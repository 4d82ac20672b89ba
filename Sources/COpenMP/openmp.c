#include "copenmp.h"
#include "ckernels_parallel.h"

/* Makes the next function known to shared libraries by another name, of the version that they ask for. Nothing in the
   program itself refers to it. */
#if defined(__linux__)
#define RUNTIME(own, name)                                                                                            \
    __asm__(".symver " #own ", " #name);                                                                              \
    __attribute__((used, retain))
#else
#define RUNTIME(own, name)
#endif

RUNTIME(copenmp_parallel, GOMP_parallel@@GOMP_4.0)
void copenmp_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
    (void)flags;
    ck_together(threads ? (int)threads : ck_threads(), body, data);
}

RUNTIME(copenmp_barrier, GOMP_barrier@@GOMP_1.0)
void copenmp_barrier(void) { ck_meet(); }

RUNTIME(copenmp_max_threads, omp_get_max_threads@@OMP_1.0)
int copenmp_max_threads(void) { return ck_threads(); }

RUNTIME(copenmp_num_threads, omp_get_num_threads@@OMP_1.0)
int copenmp_num_threads(void) { return ck_members(); }

RUNTIME(copenmp_thread_num, omp_get_thread_num@@OMP_1.0)
int copenmp_thread_num(void) { return ck_member(); }

RUNTIME(copenmp_in_parallel, omp_in_parallel@@OMP_1.0)
int copenmp_in_parallel(void) { return ck_members() > 1; }
