/* The unary loops of one kind of element each; null where a function has none. */
#ifndef CKERNELS_UNARY_FIND_H
#define CKERNELS_UNARY_FIND_H

#include "ckernels_unary.h"

ck_unary_loop ck_find_unary_float(ck_unary function);
ck_unary_loop ck_find_unary_double(ck_unary function);
ck_unary_loop ck_find_unary_integer(ck_unary function, ck_element type);

#endif
