/* A thin C face over oneDNN: prepare a convolution or matrix product once, run it many times.

   A prepared primitive may run on several threads at once, each with its own scratch memory and outputs. Running
   allocates nothing of its own. Functions that can fail return 0 or a status that cdnn_status_text words. */
#ifndef CDNN_H
#define CDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CDNN_MAX_SPATIAL = 3, CDNN_MAX_RANK = 12 };

typedef enum { CDNN_F32, CDNN_S32, CDNN_U8, CDNN_S8 } cdnn_type;

/* How a tensor of batch, channels and spatial axes lies in memory: in this order, or with channels innermost. */
typedef enum { CDNN_PLANAR, CDNN_CHANNELS_LAST } cdnn_layout;

/* What integer operands mean. Sums of (source - source_zero_point) * weights + bias are

     s32   the sums
     f32   float(sum) * scale
     8 bit that rounded half to even, plus destination_zero_point, clamped

   exactly, as long as no sum, with and without bias, source zero point and 128 added to an s8 source, leaves +-2^24,
   and cdnn_has_exact_integers(). */
typedef struct {
    int32_t source_zero_point, destination_zero_point;
    /* For f32 and 8-bit destinations: 1, or one a destination channel. Read while preparing. */
    int64_t scale_count;
    const float *scales;
} cdnn_integers;

/* Functions of one variable. */
typedef enum {
    CDNN_IDENTITY,
    CDNN_RELU,
    /* alpha x below 0. */
    CDNN_LEAKY_RELU,
    /* Raised to alpha, then cut to beta. */
    CDNN_CLIP
} cdnn_function;

/* What follows the sums and the bias of float32 operands: activation(sum + what the destination holds). */
typedef struct {
    bool adds_destination;
    cdnn_function activation;
    float alpha, beta;
} cdnn_tail;

/* A convolution, or a transposed one. Types: float32 throughout, or u8/s8 source, s8 weights, any destination. */
typedef struct {
    bool transposed;
    /* Spatial axes, 1 to CDNN_MAX_SPATIAL; the arrays below hold that many entries. */
    int spatial;
    int64_t batch, groups, source_channels, destination_channels;
    int64_t source[CDNN_MAX_SPATIAL], kernel[CDNN_MAX_SPATIAL], destination[CDNN_MAX_SPATIAL];
    /* Dilation 1 means a dense kernel. */
    int64_t stride[CDNN_MAX_SPATIAL], dilation[CDNN_MAX_SPATIAL];
    int64_t pad_begin[CDNN_MAX_SPATIAL], pad_end[CDNN_MAX_SPATIAL];
    cdnn_type source_type, weights_type, destination_type;
    cdnn_layout source_layout, destination_layout;
    /* One value a destination channel: float32, or s32 for integer operands. */
    bool has_bias;
    cdnn_integers integers;
    /* Not for integer operands. */
    cdnn_tail tail;
} cdnn_convolution;

/* destination = source x weights over the last two axes, the axes before them broadcast (extent 1 against n).
   float32 throughout. */
typedef struct {
    /* Axes of each operand, 2 to CDNN_MAX_RANK. */
    int rank;
    int64_t source[CDNN_MAX_RANK], weights[CDNN_MAX_RANK], destination[CDNN_MAX_RANK];
    /* In elements; the destination is dense. */
    int64_t source_strides[CDNN_MAX_RANK], weights_strides[CDNN_MAX_RANK];
    /* One value a column. */
    bool has_bias;
    cdnn_tail tail;
} cdnn_product;

typedef struct cdnn_primitive cdnn_primitive;

/* Prepares a convolution. Weights are dense: [destination channels, source channels / groups, kernel...], and where
   transposed [source channels, destination channels / groups, kernel...]. Where `weights` is given, they are packed now
   and need not be given again (see cdnn_keeps_weights); NULL means they come with every run. Every extent must be at
   least 1. */
int cdnn_convolution_create(const cdnn_convolution *convolution, const void *weights, cdnn_primitive **primitive);

/* Prepares a matrix product; `weights` as for a convolution. Every extent must be at least 1. */
int cdnn_product_create(const cdnn_product *product, const void *weights, cdnn_primitive **primitive);

/* Whether the primitive holds its own packed weights, so that cdnn_run takes none. */
bool cdnn_keeps_weights(const cdnn_primitive *primitive);

/* Bytes of scratch memory, aligned to 64, that cdnn_run needs. */
size_t cdnn_scratch_bytes(const cdnn_primitive *primitive);

/* The name oneDNN gives the implementation it chose. */
const char *cdnn_implementation(const cdnn_primitive *primitive);

/* Runs. `weights` is ignored where the primitive keeps them, `bias` where it has none. */
int cdnn_run(cdnn_primitive *primitive, const void *source, const void *weights, const void *bias, void *destination,
    void *scratch);

void cdnn_destroy(cdnn_primitive *primitive);

/* A short constant text for a status. */
const char *cdnn_status_text(int status);

/* Whether a status says that oneDNN has no implementation: of integers, none that is sound. */
bool cdnn_is_unserved(int status);

/* Whether oneDNN's integer products are exact on this processor: without VNNI instructions they saturate at 16 bits on
   the way. */
bool cdnn_has_exact_integers(void);

/* Sets how many threads oneDNN may use; at least 1. */
void cdnn_set_threads(int threads);

#endif
