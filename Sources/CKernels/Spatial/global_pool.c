#include "ckernels_spatial.h"
#include "Platform/dispatch.h"
#include <math.h>

enum { LANES = 16 };

#define ADD(result, value) (result) += (value)
#define ADD_MAGNITUDE(result, value) (result) += fabsf(value)
#define ADD_SQUARE(result, value) (result) += (value) * (value)
#define ADD_POWER(result, value) (result) += powf(fabsf(value), (float)p)
#define GREATER(result, value) (result) = (value) > (result) ? (value) : (result)

/* Combines all positions of every image: LANES running results where positions lie side by side, one a channel
   otherwise. */
#define COMBINE_ALL(START, COMBINE)                                                                                   \
    for (int64_t image = 0; image < images; image++, source += positions * channels, destination += channels) {       \
        for (int64_t c = 0; c < channels; c++) destination[c] = START;                                                \
        if (channels > 1) {                                                                                           \
            for (int64_t i = 0; i < positions; i++)                                                                   \
                for (int64_t c = 0; c < channels; c++) COMBINE(destination[c], source[i * channels + c]);             \
            continue;                                                                                                 \
        }                                                                                                             \
        float lanes[LANES];                                                                                           \
        int64_t i = 0;                                                                                                \
        for (int l = 0; l < LANES; l++) lanes[l] = START;                                                             \
        for (; i + LANES <= positions; i += LANES)                                                                    \
            for (int l = 0; l < LANES; l++) COMBINE(lanes[l], source[i + l]);                                         \
        for (int l = 0; i < positions; i++, l++) COMBINE(lanes[l], source[i]);                                        \
        FOLD                                                                                                          \
    }

#define FOLD for (int l = 0; l < LANES; l++) ADD(destination[0], lanes[l]);

CK_BODY ck_global_average_f32_body(
    int64_t images, int64_t positions, int64_t channels, const float *source, float *destination) {
    float *mean = destination;
    COMBINE_ALL(0, ADD)
    for (int64_t i = 0; i < images * channels; i++) mean[i] /= (float)positions;
}

CK_BODY ck_global_lp_f32_body(
    int64_t images, int64_t positions, int64_t channels, int p, const float *source, float *destination) {
    float *norm = destination;
    if (p == 1) {
        COMBINE_ALL(0, ADD_MAGNITUDE)
    } else if (p == 2) {
        COMBINE_ALL(0, ADD_SQUARE)
        for (int64_t i = 0; i < images * channels; i++) norm[i] = sqrtf(norm[i]);
    } else {
        COMBINE_ALL(0, ADD_POWER)
        for (int64_t i = 0; i < images * channels; i++) norm[i] = powf(norm[i], 1.0f / (float)p);
    }
}

#undef FOLD
#define FOLD for (int l = 0; l < LANES; l++) GREATER(destination[0], lanes[l]);

CK_BODY ck_global_max_f32_body(
    int64_t images, int64_t positions, int64_t channels, const float *source, float *destination) {
    COMBINE_ALL(-INFINITY, GREATER)
}

CK_DISPATCH(void, ck_global_average_f32,
    (int64_t images, int64_t positions, int64_t channels, const float *source, float *destination),
    (images, positions, channels, source, destination))
CK_DISPATCH(void, ck_global_max_f32,
    (int64_t images, int64_t positions, int64_t channels, const float *source, float *destination),
    (images, positions, channels, source, destination))
CK_DISPATCH(void, ck_global_lp_f32,
    (int64_t images, int64_t positions, int64_t channels, int p, const float *source, float *destination),
    (images, positions, channels, p, source, destination))
