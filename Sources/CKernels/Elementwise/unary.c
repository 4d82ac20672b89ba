#include "unary_find.h"

ck_unary_loop ck_find_unary(ck_unary function, ck_element type) {
    switch (type) {
    case CK_FLOAT32: return ck_find_unary_float(function);
    case CK_FLOAT64: return ck_find_unary_double(function);
    default: return ck_find_unary_integer(function, type);
    }
}
