#define _GNU_SOURCE
#include "primitive.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static dnnl_engine_t engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void make_engine(void) {
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t cdnn_engine(void) {
    pthread_once(&engine_once, make_engine);
    return engine;
}

static _Atomic int wanted_threads = 1;

void cdnn_set_threads(int threads) {
    atomic_store(&wanted_threads, threads < 1 ? 1 : threads);
}

int cdnn_threads(void) { return atomic_load_explicit(&wanted_threads, memory_order_relaxed); }

/* OpenMP keeps the number for each thread that starts parallel work. */
void cdnn_use_threads(int threads) {
    static _Thread_local int used;
    if (threads == used) return;
    void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    if (set) set(threads);
    used = threads;
}

bool cdnn_has_exact_integers(void) {
    unsigned isa = (unsigned)dnnl_get_effective_cpu_isa(), vnni = (unsigned)dnnl_cpu_isa_avx512_core_vnni;
    return (isa & vnni) == vnni;
}

const char *cdnn_status_text(int status) {
    switch ((dnnl_status_t)status) {
    case dnnl_success: return "success";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented by oneDNN";
    case dnnl_iterator_ends: return "no implementation in oneDNN";
    case dnnl_runtime_error: return "run-time error in oneDNN";
    case dnnl_not_required: return "not required";
    }
    return "unknown status";
}

bool cdnn_is_unserved(int status) { return status == dnnl_unimplemented || status == dnnl_iterator_ends; }

size_t cdnn_reserve(cdnn_primitive *primitive, size_t bytes) {
    size_t offset = primitive->scratch_bytes;
    primitive->scratch_bytes += (bytes + 63) / 64 * 64;
    return offset;
}

void cdnn_add(cdnn_step *step, int id, const dnnl_memory_desc_t *desc, cdnn_place at, size_t offset) {
    step->arguments[step->count++] = (cdnn_argument){.id = id, .desc = *desc, .at = at, .offset = offset};
}

static dnnl_status_t make_reorder(const dnnl_memory_desc_t *from, const dnnl_memory_desc_t *to,
    dnnl_primitive_t *reorder, dnnl_memory_desc_t *scratchpad) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t desc = NULL;
    dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
    if (!status) status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    if (!status) status = dnnl_reorder_primitive_desc_create(&desc, from, engine, to, engine, attributes);
    if (!status) status = dnnl_primitive_create(reorder, desc);
    if (!status) *scratchpad = *dnnl_primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0);
    dnnl_primitive_desc_destroy(desc);
    dnnl_primitive_attr_destroy(attributes);
    return status;
}

dnnl_status_t cdnn_append_reorder(cdnn_primitive *primitive, cdnn_argument from, cdnn_argument to) {
    cdnn_step *step = &primitive->steps[primitive->count];
    dnnl_memory_desc_t scratchpad;
    dnnl_status_t status = make_reorder(&from.desc, &to.desc, &step->primitive, &scratchpad);
    if (status) return status;
    cdnn_add(step, DNNL_ARG_FROM, &from.desc, from.at, from.offset);
    cdnn_add(step, DNNL_ARG_TO, &to.desc, to.at, to.offset);
    size_t bytes = dnnl_memory_desc_get_size(&scratchpad);
    if (bytes) cdnn_add(step, DNNL_ARG_SCRATCHPAD, &scratchpad, AT_SCRATCH, cdnn_reserve(primitive, bytes));
    primitive->count++;
    return dnnl_success;
}

static void destroy_set(cdnn_argument_set *set) {
    for (int i = 0; i < MOST_STEPS; i++)
        for (int j = 0; j < MOST_ARGUMENTS; j++) dnnl_memory_destroy(set->memory[i][j]);
    dnnl_stream_destroy(set->stream);
    free(set);
}

static cdnn_argument_set *make_set(const cdnn_primitive *primitive) {
    cdnn_argument_set *set = calloc(1, sizeof *set);
    if (!set) return NULL;
    dnnl_status_t status = dnnl_stream_create(&set->stream, engine, dnnl_stream_default_flags);
    for (int i = 0; i < primitive->count; i++)
        for (int j = 0; j < primitive->steps[i].count && !status; j++) {
            const cdnn_argument *argument = &primitive->steps[i].arguments[j];
            void *at = argument->at == AT_OWNED ? primitive->packed_weights : DNNL_MEMORY_NONE;
            status = dnnl_memory_create(&set->memory[i][j], &argument->desc, engine, at);
        }
    if (!status) return set;
    destroy_set(set);
    return NULL;
}

static cdnn_argument_set *take_set(cdnn_primitive *primitive) {
    for (int i = 0; i < ARGUMENT_SETS; i++) {
        cdnn_argument_set *set = atomic_exchange(&primitive->idle[i], NULL);
        if (set) return set;
    }
    return make_set(primitive);
}

static void give_set(cdnn_primitive *primitive, cdnn_argument_set *set) {
    for (int i = 0; i < ARGUMENT_SETS; i++) {
        cdnn_argument_set *none = NULL;
        if (atomic_compare_exchange_strong(&primitive->idle[i], &none, set)) return;
    }
    destroy_set(set);
}

static dnnl_status_t run_step(const cdnn_step *step, dnnl_memory_t *memory, dnnl_stream_t stream,
    void *const addresses[AT_OWNED], char *scratch) {
    dnnl_exec_arg_t arguments[MOST_ARGUMENTS];
    for (int i = 0; i < step->count; i++) {
        const cdnn_argument *argument = &step->arguments[i];
        arguments[i] = (dnnl_exec_arg_t){argument->id, memory[i]};
        if (argument->at == AT_OWNED) continue;
        void *at = argument->at == AT_SCRATCH ? scratch + argument->offset : addresses[argument->at];
        dnnl_status_t status = dnnl_memory_set_data_handle_v2(memory[i], at, stream);
        if (status) return status;
    }
    return dnnl_primitive_execute(step->primitive, stream, step->count, arguments);
}

int cdnn_run(cdnn_primitive *primitive, const void *source, const void *weights, const void *bias, void *destination,
    void *scratch) {
    cdnn_use_threads(primitive->threads);
    cdnn_argument_set *set = take_set(primitive);
    if (!set) return dnnl_out_of_memory;
    void *const addresses[AT_OWNED] = {
        [AT_SOURCE] = (void *)source, [AT_WEIGHTS] = (void *)weights, [AT_BIAS] = (void *)bias,
        [AT_DESTINATION] = destination};
    dnnl_status_t status = dnnl_success;
    for (int i = 0; i < primitive->count && !status; i++)
        status = run_step(&primitive->steps[i], set->memory[i], set->stream, addresses, scratch);
    if (!status) status = dnnl_stream_wait(set->stream);
    give_set(primitive, set);
    return status;
}

dnnl_status_t cdnn_pack(cdnn_primitive *primitive, const void *weights, const dnnl_memory_desc_t *have,
    const dnnl_memory_desc_t *want) {
    size_t bytes = (dnnl_memory_desc_get_size(want) + 63) / 64 * 64;
    primitive->packed_weights = aligned_alloc(64, bytes ? bytes : 64);
    if (!primitive->packed_weights) return dnnl_out_of_memory;
    cdnn_primitive packing = {.threads = primitive->threads};
    cdnn_argument from = {.desc = *have, .at = AT_WEIGHTS}, to = {.desc = *want, .at = AT_DESTINATION};
    dnnl_status_t status = cdnn_append_reorder(&packing, from, to);
    void *scratch = NULL;
    if (!status && packing.scratch_bytes && !(scratch = aligned_alloc(64, packing.scratch_bytes)))
        status = dnnl_out_of_memory;
    if (!status) status = cdnn_run(&packing, NULL, weights, NULL, primitive->packed_weights, scratch);
    free(scratch);
    for (int i = 0; i < ARGUMENT_SETS; i++)
        if (packing.idle[i]) destroy_set(packing.idle[i]);
    if (packing.count) dnnl_primitive_destroy(packing.steps[0].primitive);
    return status;
}

bool cdnn_keeps_weights(const cdnn_primitive *primitive) { return primitive->packed_weights != NULL; }

size_t cdnn_scratch_bytes(const cdnn_primitive *primitive) { return primitive->scratch_bytes; }

const char *cdnn_implementation(const cdnn_primitive *primitive) { return primitive->implementation; }

void cdnn_destroy(cdnn_primitive *primitive) {
    if (!primitive) return;
    for (int i = 0; i < ARGUMENT_SETS; i++)
        if (primitive->idle[i]) destroy_set(primitive->idle[i]);
    for (int i = 0; i < primitive->count; i++) dnnl_primitive_destroy(primitive->steps[i].primitive);
    free(primitive->packed_weights);
    free(primitive);
}
