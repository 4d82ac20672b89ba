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

/* The sum of `count` channels, at most LANES, in the order of ONNX Runtime's kernel: four running sums, each of every
   fourth position, as long as there are four; what is left one after the other. */
CK_BODY sum_positions(int64_t positions, int64_t channels, int64_t count, const float *source, float *sum) {
    float four[4][LANES] = {0};
    int64_t i = 0;
    for (; i + 4 <= positions; i += 4)
        for (int l = 0; l < 4; l++)
            for (int64_t c = 0; c < count; c++) ADD(four[l][c], source[(i + l) * channels + c]);
    for (int64_t c = 0; c < count; c++) sum[c] = (four[0][c] + four[2][c]) + (four[1][c] + four[3][c]);
    for (; i < positions; i++)
        for (int64_t c = 0; c < count; c++) ADD(sum[c], source[i * channels + c]);
}

CK_BODY ck_global_average_f32_body(
    int64_t images, int64_t positions, int64_t channels, const float *source, float *destination) {
    for (int64_t image = 0; image < images; image++, source += positions * channels, destination += channels) {
        int64_t c = 0;
        for (; c + LANES <= channels; c += LANES)
            sum_positions(positions, channels, LANES, source + c, destination + c);
        if (channels == 1) sum_positions(positions, 1, 1, source, destination);
        else if (c < channels) sum_positions(positions, channels, channels - c, source + c, destination + c);
        for (c = 0; c < channels; c++) destination[c] /= (float)positions;
    }
}

#define FOLD for (int l = 0; l < LANES; l++) ADD(destination[0], lanes[l]);

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
