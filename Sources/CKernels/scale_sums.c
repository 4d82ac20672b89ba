#include "ckernels_integer.h"

#pragma STDC FP_CONTRACT OFF

void ck_scale_sums(const int32_t *sums, int64_t outer, int64_t channels, int64_t inner, const double *factor,
                   int64_t factor_step, const float *bias, int64_t bias_step, float *y) {
    for (int64_t o = 0; o < outer; o++)
        for (int64_t c = 0; c < channels; c++) {
            double f = factor[c * factor_step], b = bias ? (double)bias[c * bias_step] : 0.0;
            for (int64_t i = 0; i < inner; i++) *y++ = (float)((double)*sums++ * f + b);
        }
}
