/* Unary loops over one floating-point type, REAL. The including file gives NAME(f), the file's own name of a function;
   MATH(f), the function f of that type: exp, expm1_of_negative, sigmoid, tanh, erf, gelu, and libm's others; and whether
   the first six of these are calls (CALLS_ELEMENTARY) or code that vectorises. */
#include "ckernels_unary.h"
#include "Platform/dispatch.h"
#include <math.h>
#include <stdint.h>

#define BODY(RESULT, HINT, EXPRESSION)                                                                              \
    {                                                                                                               \
        const REAL *x_ = source;                                                                                    \
        RESULT *y_ = target;                                                                                        \
        REAL p = (REAL)first, q = (REAL)second;                                                                     \
        (void)p, (void)q;                                                                                           \
        HINT for (ptrdiff_t i = 0; i < n; i++) {                                                                    \
            REAL x = x_[i];                                                                                         \
            y_[i] = (RESULT)(EXPRESSION);                                                                           \
        }                                                                                                           \
    }

#define PARAMETERS (const void *source, void *target, ptrdiff_t n, double first, double second)
#define LOOP(FUNCTION, RESULT, EXPRESSION)                                                                          \
    CK_VARIANTS(FUNCTION##_loop, PARAMETERS, BODY(RESULT, CK_INDEPENDENT, EXPRESSION))
#define CALLS(FUNCTION, EXPRESSION) static void FUNCTION##_loop PARAMETERS BODY(REAL, , EXPRESSION)

#ifdef CALLS_ELEMENTARY
#define ELEMENTARY(FUNCTION, EXPRESSION) CALLS(FUNCTION, EXPRESSION)
#define PICK_ELEMENTARY(FUNCTION) FUNCTION
#else
#define ELEMENTARY(FUNCTION, EXPRESSION)                                                                             \
    CK_VARIANTS(FUNCTION##_loop, PARAMETERS, BODY(REAL, CK_INDEPENDENT_CHAINS, EXPRESSION))
#define PICK_ELEMENTARY(FUNCTION) CK_PICK(FUNCTION)
#endif

/* x ln(1 + e^x) over its tangent form: tanh(ln(1 + e)) = e (e + 2) / (e (e + 2) + 2), e = e^x. */
static inline __attribute__((always_inline)) REAL NAME(mish)(REAL x) {
    REAL e = MATH(exp)(x > 20 ? 20 : x), n = e * (e + 2);
    return x > 20 ? x : x * (n / (n + 2));
}

static inline __attribute__((always_inline)) REAL NAME(softplus)(REAL x) {
    REAL rest = MATH(log1p)(MATH(exp)(-MATH(fabs)(x)));
    return (x < 0 ? 0 : x) + rest;
}

static inline __attribute__((always_inline)) REAL NAME(unit)(REAL x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

static const REAL NAME(sqrt_2_over_pi) = (REAL)0.79788456080286535588;

LOOP(abs, REAL, MATH(fabs)(x))
LOOP(negate, REAL, -x)
LOOP(sign, REAL, x > 0 ? 1 : x < 0 ? -1 : x)
LOOP(relu, REAL, x < 0 ? 0 : x)
LOOP(floor, REAL, MATH(floor)(x))
LOOP(ceil, REAL, MATH(ceil)(x))
LOOP(round, REAL, MATH(rint)(x))
LOOP(sqrt, REAL, __builtin_elementwise_sqrt(x))
LOOP(reciprocal, REAL, 1 / x)
ELEMENTARY(exp, MATH(exp)(x))
CALLS(log, MATH(log)(x))
CALLS(sin, MATH(sin)(x))
CALLS(cos, MATH(cos)(x))
CALLS(tan, MATH(tan)(x))
CALLS(asin, MATH(asin)(x))
CALLS(acos, MATH(acos)(x))
CALLS(atan, MATH(atan)(x))
CALLS(sinh, MATH(sinh)(x))
CALLS(cosh, MATH(cosh)(x))
ELEMENTARY(tanh, MATH(tanh)(x))
CALLS(asinh, MATH(asinh)(x))
CALLS(acosh, MATH(acosh)(x))
CALLS(atanh, MATH(atanh)(x))
ELEMENTARY(erf, MATH(erf)(x))
ELEMENTARY(sigmoid, MATH(sigmoid)(x))
LOOP(hard_sigmoid, REAL, NAME(unit)(p *x + q))
LOOP(hard_swish, REAL, x *NAME(unit)(p *x + q))
ELEMENTARY(swish, x *MATH(sigmoid)(p *x))
CALLS(softplus, NAME(softplus)(x))
LOOP(softsign, REAL, x / (1 + MATH(fabs)(x)))
ELEMENTARY(mish, NAME(mish)(x))
ELEMENTARY(gelu, MATH(gelu)(x))
ELEMENTARY(gelu_tanh,
           (REAL)0.5 * x * (1 + MATH(tanh)(NAME(sqrt_2_over_pi) * (x + (REAL)0.044715 * x * x * x))))
LOOP(leaky_relu, REAL, x < 0 ? p * x : x)
LOOP(thresholded_relu, REAL, x > p ? x : x != x ? x : 0)
ELEMENTARY(elu, x < 0 ? q * MATH(expm1_of_negative)(x) : p * x)
ELEMENTARY(celu, x < 0 ? p * MATH(expm1_of_negative)(x / p) : x)
LOOP(shrink, REAL, x < -p ? x + q : x > p ? x - q : x != x ? x : 0)
LOOP(is_nan, uint8_t, x != x)
LOOP(is_inf, uint8_t, (p != 0) & (x == -INFINITY) | (q != 0) & (x == INFINITY))

static ck_unary_loop find(ck_unary function) {
    switch (function) {
    case CK_ABS: return CK_PICK(abs_loop);
    case CK_NEGATE: return CK_PICK(negate_loop);
    case CK_SIGN: return CK_PICK(sign_loop);
    case CK_RELU: return CK_PICK(relu_loop);
    case CK_FLOOR: return CK_PICK(floor_loop);
    case CK_CEIL: return CK_PICK(ceil_loop);
    case CK_ROUND: return CK_PICK(round_loop);
    case CK_SQRT: return CK_PICK(sqrt_loop);
    case CK_RECIPROCAL: return CK_PICK(reciprocal_loop);
    case CK_EXP: return PICK_ELEMENTARY(exp_loop);
    case CK_LOG: return log_loop;
    case CK_SIN: return sin_loop;
    case CK_COS: return cos_loop;
    case CK_TAN: return tan_loop;
    case CK_ASIN: return asin_loop;
    case CK_ACOS: return acos_loop;
    case CK_ATAN: return atan_loop;
    case CK_SINH: return sinh_loop;
    case CK_COSH: return cosh_loop;
    case CK_TANH: return PICK_ELEMENTARY(tanh_loop);
    case CK_ASINH: return asinh_loop;
    case CK_ACOSH: return acosh_loop;
    case CK_ATANH: return atanh_loop;
    case CK_ERF: return PICK_ELEMENTARY(erf_loop);
    case CK_SIGMOID: return PICK_ELEMENTARY(sigmoid_loop);
    case CK_HARD_SIGMOID: return CK_PICK(hard_sigmoid_loop);
    case CK_HARD_SWISH: return CK_PICK(hard_swish_loop);
    case CK_SWISH: return PICK_ELEMENTARY(swish_loop);
    case CK_SOFTPLUS: return softplus_loop;
    case CK_SOFTSIGN: return CK_PICK(softsign_loop);
    case CK_MISH: return PICK_ELEMENTARY(mish_loop);
    case CK_GELU: return PICK_ELEMENTARY(gelu_loop);
    case CK_GELU_TANH: return PICK_ELEMENTARY(gelu_tanh_loop);
    case CK_LEAKY_RELU: return CK_PICK(leaky_relu_loop);
    case CK_THRESHOLDED_RELU: return CK_PICK(thresholded_relu_loop);
    case CK_ELU: return PICK_ELEMENTARY(elu_loop);
    case CK_CELU: return PICK_ELEMENTARY(celu_loop);
    case CK_SHRINK: return CK_PICK(shrink_loop);
    case CK_IS_NAN: return CK_PICK(is_nan_loop);
    case CK_IS_INF: return CK_PICK(is_inf_loop);
    case CK_NOT:
    case CK_BITWISE_NOT: return 0;
    }
    return 0;
}
