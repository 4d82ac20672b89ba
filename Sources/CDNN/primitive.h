/* What a prepared primitive is made of: inside CDNN only. */
#ifndef CDNN_PRIMITIVE_H
#define CDNN_PRIMITIVE_H

#include "cdnn.h"
#include <dnnl.h>

#if DNNL_VERSION_MAJOR != 2
#error "describe.c is written for oneDNN 2"
#endif

enum { MOST_STEPS = 5, MOST_ARGUMENTS = 5, ARGUMENT_SETS = 8 };

/* Where an argument's memory comes from. */
typedef enum { AT_SOURCE, AT_WEIGHTS, AT_BIAS, AT_DESTINATION, AT_SCRATCH, AT_OWNED } cdnn_place;

typedef struct {
    int id;
    dnnl_memory_desc_t desc;
    cdnn_place at;
    /* Where it is AT_SCRATCH. */
    size_t offset;
} cdnn_argument;

/* One oneDNN primitive of a run: the convolution or product itself, or a change of layout around it. */
typedef struct {
    dnnl_primitive_t primitive;
    int count;
    cdnn_argument arguments[MOST_ARGUMENTS];
} cdnn_step;

/* oneDNN's objects around the addresses of one run. */
typedef struct {
    dnnl_stream_t stream;
    dnnl_memory_t memory[MOST_STEPS][MOST_ARGUMENTS];
} cdnn_argument_set;

struct cdnn_primitive {
    /* For how many the scratch memory is laid out: no more may ever run it. */
    int threads;
    int count;
    cdnn_step steps[MOST_STEPS];
    size_t scratch_bytes;
    void *packed_weights;
    const char *implementation;
    /* Argument sets that no run is using. */
    cdnn_argument_set *_Atomic idle[ARGUMENT_SETS];
};

/* The one engine of the process; NULL where oneDNN gives none. */
dnnl_engine_t cdnn_engine(void);

/* As many threads as cdnn_set_threads said. */
int cdnn_threads(void);

/* Makes the calling thread's oneDNN work use that many threads. */
void cdnn_use_threads(int threads);

/* Takes `bytes` of the primitive's scratch memory and returns their offset. */
size_t cdnn_reserve(cdnn_primitive *primitive, size_t bytes);

/* Packs constant weights now: from the memory at `weights`, described by `have`, to memory the primitive owns. */
dnnl_status_t cdnn_pack(cdnn_primitive *primitive, const void *weights, const dnnl_memory_desc_t *have,
    const dnnl_memory_desc_t *want);

/* Appends a step that changes a layout. */
dnnl_status_t cdnn_append_reorder(cdnn_primitive *primitive, cdnn_argument from, cdnn_argument to);

/* Adds one argument to a step. */
void cdnn_add(cdnn_step *step, int id, const dnnl_memory_desc_t *desc, cdnn_place at, size_t offset);

#endif
