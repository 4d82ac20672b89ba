#define _GNU_SOURCE
#include "cdnn.h"
#include <dlfcn.h>

void cdnn_set_threads(int threads) {
    void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    if (set) set(threads < 1 ? 1 : threads);
}
