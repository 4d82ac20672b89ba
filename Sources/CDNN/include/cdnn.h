/* A thin C face over oneDNN: prepare a convolution or matrix product once, run it many times.
   The only place that sees a oneDNN type is cdnn.c. */
#ifndef CDNN_H
#define CDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets how many threads oneDNN may use; at least 1. */
void cdnn_set_threads(int threads);

#endif
