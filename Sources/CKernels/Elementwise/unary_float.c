#include "elementary.h"
#include "unary_find.h"

#define REAL float
#define NAME(f) f##_of_float
#define MATH(f) MATH_##f
#define MATH_exp exp_float
#define MATH_expm1_of_negative expm1_of_negative_float
#define MATH_sigmoid sigmoid_float
#define MATH_tanh tanh_float
#define MATH_erf erf_float
#define MATH_gelu gelu_float
#define MATH_fabs fabsf
#define MATH_floor floorf
#define MATH_ceil ceilf
#define MATH_rint rintf
#define MATH_log logf
#define MATH_log1p log1pf
#define MATH_sin sinf
#define MATH_cos cosf
#define MATH_tan tanf
#define MATH_asin asinf
#define MATH_acos acosf
#define MATH_atan atanf
#define MATH_sinh sinhf
#define MATH_cosh coshf
#define MATH_asinh asinhf
#define MATH_acosh acoshf
#define MATH_atanh atanhf
#include "unary_real.h"

ck_unary_loop ck_find_unary_float(ck_unary function) { return find(function); }
