/* C loops behind the operators. Every function picks the widest instruction set the processor has when it is first
   called; ONNXQ_MAX_ISA (baseline, avx2, avx512, vnni) in the environment caps it. */
#ifndef CKERNELS_H
#define CKERNELS_H

#include "ckernels_isa.h"
#include "ckernels_attention.h"
#include "ckernels_binary.h"
#include "ckernels_byte_pool.h"
#include "ckernels_bytes.h"
#include "ckernels_cast.h"
#include "ckernels_copy.h"
#include "ckernels_element.h"
#include "ckernels_gather.h"
#include "ckernels_gradients.h"
#include "ckernels_integer.h"
#include "ckernels_lookup.h"
#include "ckernels_memory.h"
#include "ckernels_normalize.h"
#include "ckernels_ordered.h"
#include "ckernels_parallel.h"
#include "ckernels_products.h"
#include "ckernels_qlinear.h"
#include "ckernels_quantize.h"
#include "ckernels_recurrent.h"
#include "ckernels_reduce.h"
#include "ckernels_resample.h"
#include "ckernels_rounding.h"
#include "ckernels_rows.h"
#include "ckernels_sampling.h"
#include "ckernels_shared_loops.h"
#include "ckernels_softmax.h"
#include "ckernels_spatial.h"
#include "ckernels_statistics.h"
#include "ckernels_unary.h"
#include "ckernels_weights.h"
#include "ckernels_windows.h"

#endif
