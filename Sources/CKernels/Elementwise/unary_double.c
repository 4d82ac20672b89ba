#include "unary_find.h"
#include <math.h>

static inline double expm1_of_negative(double x) { return expm1(x); }

static inline double sigmoid(double x) {
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

static inline double gelu(double x) { return 0.5 * x * (1 + erf(x * 0.70710678118654752440)); }

#define REAL double
#define CALLS_ELEMENTARY
#define NAME(f) f##_of_double
#define MATH(f) f
#include "unary_real.h"

ck_unary_loop ck_find_unary_double(ck_unary function) { return find(function); }
