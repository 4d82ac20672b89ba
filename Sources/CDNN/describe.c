/* Convolutions and matrix products in oneDNN 2's terms. What differs between oneDNN's major versions is here. */
#include "primitive.h"
#include <stdlib.h>
#include <string.h>

static dnnl_data_type_t data_type(cdnn_type type) {
    switch (type) {
    case CDNN_S32: return dnnl_s32;
    case CDNN_U8: return dnnl_u8;
    case CDNN_S8: return dnnl_s8;
    case CDNN_F32: break;
    }
    return dnnl_f32;
}

/* The operation of a primitive with the operands' layouts as they are outside and inside it. */
typedef struct {
    int threads;
    dnnl_memory_desc_t source, weights, bias, destination;
    bool has_bias;
    /* NULL for float32. */
    const cdnn_integers *integers;
    cdnn_type destination_type;
    cdnn_tail tail;
    dnnl_primitive_desc_t desc;
} operation;

static void begin(operation *operation) {
    memset(operation, 0, sizeof *operation);
    operation->threads = cdnn_threads();
    cdnn_use_threads(operation->threads);
}

static const dnnl_memory_desc_t *inside(const operation *operation, dnnl_query_t what) {
    return dnnl_primitive_desc_query_md(operation->desc, what, 0);
}

static dnnl_status_t place_weights(
    cdnn_primitive *primitive, cdnn_step *step, const operation *operation, const void *constant) {
    const dnnl_memory_desc_t *want = inside(operation, dnnl_query_weights_md);
    if (dnnl_memory_desc_equal(want, &operation->weights)) {
        cdnn_add(step, DNNL_ARG_WEIGHTS, want, AT_WEIGHTS, 0);
        return dnnl_success;
    }
    if (constant) {
        cdnn_add(step, DNNL_ARG_WEIGHTS, want, AT_OWNED, 0);
        return cdnn_pack(primitive, constant, &operation->weights, want);
    }
    size_t offset = cdnn_reserve(primitive, dnnl_memory_desc_get_size(want));
    cdnn_add(step, DNNL_ARG_WEIGHTS, want, AT_SCRATCH, offset);
    return cdnn_append_reorder(primitive, (cdnn_argument){.desc = operation->weights, .at = AT_WEIGHTS},
        (cdnn_argument){.desc = *want, .at = AT_SCRATCH, .offset = offset});
}

static dnnl_status_t place_source(cdnn_primitive *primitive, cdnn_step *step, const operation *operation) {
    const dnnl_memory_desc_t *want = inside(operation, dnnl_query_src_md);
    if (dnnl_memory_desc_equal(want, &operation->source)) {
        cdnn_add(step, DNNL_ARG_SRC, want, AT_SOURCE, 0);
        return dnnl_success;
    }
    size_t offset = cdnn_reserve(primitive, dnnl_memory_desc_get_size(want));
    cdnn_add(step, DNNL_ARG_SRC, want, AT_SCRATCH, offset);
    return cdnn_append_reorder(primitive, (cdnn_argument){.desc = operation->source, .at = AT_SOURCE},
        (cdnn_argument){.desc = *want, .at = AT_SCRATCH, .offset = offset});
}

/* Appends the operation with the changes of layout it needs before and after. */
static dnnl_status_t build(cdnn_primitive *primitive, const operation *operation, const void *constant) {
    cdnn_step main = {0};
    dnnl_status_t status = place_source(primitive, &main, operation);
    if (!status) status = place_weights(primitive, &main, operation, constant);
    if (!status) status = dnnl_primitive_create(&main.primitive, operation->desc);
    if (status) return status;
    if (operation->has_bias) cdnn_add(&main, DNNL_ARG_BIAS, &operation->bias, AT_BIAS, 0);
    const dnnl_memory_desc_t *scratchpad = inside(operation, dnnl_query_scratchpad_md);
    size_t offset = cdnn_reserve(primitive, dnnl_memory_desc_get_size(scratchpad));
    cdnn_add(&main, DNNL_ARG_SCRATCHPAD, scratchpad, AT_SCRATCH, offset);
    const dnnl_memory_desc_t *destination = inside(operation, dnnl_query_dst_md);
    bool direct = dnnl_memory_desc_equal(destination, &operation->destination);
    offset = direct ? 0 : cdnn_reserve(primitive, dnnl_memory_desc_get_size(destination));
    if (!direct && operation->tail.adds_destination)
        status = cdnn_append_reorder(primitive,
            (cdnn_argument){.desc = operation->destination, .at = AT_DESTINATION},
            (cdnn_argument){.desc = *destination, .at = AT_SCRATCH, .offset = offset});
    if (status) {
        dnnl_primitive_destroy(main.primitive);
        return status;
    }
    cdnn_add(&main, DNNL_ARG_DST, destination, direct ? AT_DESTINATION : AT_SCRATCH, offset);
    primitive->steps[primitive->count++] = main;
    if (direct) return dnnl_success;
    return cdnn_append_reorder(primitive,
        (cdnn_argument){.desc = *destination, .at = AT_SCRATCH, .offset = offset},
        (cdnn_argument){.desc = operation->destination, .at = AT_DESTINATION});
}

static int finish(const operation *operation, const void *constant, cdnn_primitive **result) {
    cdnn_primitive *primitive = calloc(1, sizeof *primitive);
    if (!primitive) return dnnl_out_of_memory;
    primitive->threads = operation->threads;
    dnnl_status_t status = build(primitive, operation, constant);
    if (!status)
        status = dnnl_primitive_desc_query(
            operation->desc, dnnl_query_impl_info_str, 0, &primitive->implementation);
    if (status) {
        cdnn_destroy(primitive);
        return status;
    }
    *result = primitive;
    return dnnl_success;
}

static bool is_byte(cdnn_type type) { return type == CDNN_U8 || type == CDNN_S8; }

/* oneDNN adds the zero point before it rounds, which moves ties. Adding 1.5 * 2^23 rounds in float32 itself, and the
   zero point takes it away again, exactly. */
static dnnl_status_t round_before_zero_point(dnnl_primitive_attr_t attributes, int32_t *zero_point) {
    dnnl_post_ops_t operations = NULL;
    dnnl_status_t status = dnnl_post_ops_create(&operations);
    if (!status) status = dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_linear, 1, 0x1.8p23f);
    if (!status) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    dnnl_post_ops_destroy(operations);
    *zero_point -= 0xc00000;
    return status;
}

static dnnl_status_t set_integers(
    dnnl_primitive_attr_t attributes, const cdnn_integers *integers, cdnn_type destination) {
    dnnl_status_t status = dnnl_success;
    int32_t source = integers->source_zero_point, zero_point = integers->destination_zero_point;
    if (source) status = dnnl_primitive_attr_set_zero_points(attributes, DNNL_ARG_SRC, 1, 0, &source);
    if (status || destination == CDNN_S32) return status;
    int mask = integers->scale_count == 1 ? 0 : 1 << 1;
    status = dnnl_primitive_attr_set_output_scales(attributes, integers->scale_count, mask, integers->scales);
    if (status || !is_byte(destination) || !zero_point) return status;
    status = round_before_zero_point(attributes, &zero_point);
    if (status) return status;
    return dnnl_primitive_attr_set_zero_points(attributes, DNNL_ARG_DST, 1, 0, &zero_point);
}

static dnnl_status_t append_activation(dnnl_post_ops_t operations, const cdnn_tail *tail) {
    float alpha = tail->alpha, beta = tail->beta;
    switch (tail->activation) {
    case CDNN_RELU: return dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0);
    case CDNN_LEAKY_RELU: return dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, alpha, 0);
    case CDNN_CLIP: return dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_clip_v2, alpha, beta);
    case CDNN_IDENTITY: break;
    }
    return dnnl_success;
}

static dnnl_status_t set_tail(dnnl_primitive_attr_t attributes, const cdnn_tail *tail) {
    dnnl_post_ops_t operations = NULL;
    dnnl_status_t status = dnnl_post_ops_create(&operations);
    if (!status && tail->adds_destination) status = dnnl_post_ops_append_sum(operations, 1);
    if (!status) status = append_activation(operations, tail);
    if (!status) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    dnnl_post_ops_destroy(operations);
    return status;
}

static int64_t positions(const dnnl_memory_desc_t *activations) {
    int64_t count = 1;
    for (int i = 2; i < activations->ndims; i++) count *= activations->dims[i];
    return count;
}

/* Whether oneDNN 2.6's implementation of that name computes what it should. Tried on random shapes of integers beside the
   definition, only those called jit do. gemm has grouped convolutions of few channels wrong, fails, or writes outside of
   its memory; brgconv has positions wrong that see nothing but padding, and with tiles (amx) others, depending on the
   number of threads. With tiles, padding by a zero point adds the wrong sums, and jit_1x1 writes a block too many where
   the positions of an image make three blocks of at most 16. */
static bool is_sound(const char *name, const operation *operation) {
    if (!operation->integers) return true;
    if (strncmp(name, "jit", 3)) return false;
    if (!strstr(name, "amx")) return true;
    int64_t count = positions(&operation->destination);
    bool makes_three_blocks = count % 3 == 0 && count <= 3 * 16;
    return operation->integers->source_zero_point == 0 && !(makes_three_blocks && !strncmp(name, "jit_1x1", 7));
}

/* Finds oneDNN's first sound implementation that is not its slow reference, or with `any` the first sound one at all. */
static dnnl_status_t choose(const_dnnl_op_desc_t described, const operation *operation, bool any,
    dnnl_primitive_desc_t *chosen) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_iterator_t iterator = NULL;
    dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
    if (!status) status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    if (!status && operation->integers)
        status = set_integers(attributes, operation->integers, operation->destination_type);
    else if (!status)
        status = set_tail(attributes, &operation->tail);
    if (!status)
        status = dnnl_primitive_desc_iterator_create(&iterator, described, attributes, cdnn_engine(), NULL);
    while (!status) {
        dnnl_primitive_desc_t desc = dnnl_primitive_desc_iterator_fetch(iterator);
        const char *name = "";
        dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &name);
        if (is_sound(name, operation) && (any || strncmp(name, "ref", 3))) {
            *chosen = desc;
            break;
        }
        dnnl_primitive_desc_destroy(desc);
        status = dnnl_primitive_desc_iterator_next(iterator);
    }
    dnnl_primitive_desc_iterator_destroy(iterator);
    dnnl_primitive_attr_destroy(attributes);
    return status;
}

static dnnl_status_t activations(dnnl_memory_desc_t *desc, const cdnn_convolution *c, int64_t channels,
    const int64_t *extents, cdnn_type type, cdnn_layout layout) {
    dnnl_dims_t dims = {c->batch, channels}, strides = {0};
    int rank = c->spatial + 2;
    for (int i = 0; i < c->spatial; i++) dims[i + 2] = extents[i];
    int64_t stride = 1;
    if (layout == CDNN_CHANNELS_LAST) strides[1] = 1, stride = channels;
    for (int i = rank - 1; i >= 2; i--) strides[i] = stride, stride *= dims[i];
    if (layout == CDNN_PLANAR) strides[1] = stride, stride *= channels;
    strides[0] = stride;
    return dnnl_memory_desc_init_by_strides(desc, rank, dims, data_type(type), strides);
}

/* The weights as they come: groups first where there are several, then destination and source channels by stride. */
static dnnl_status_t kernel_weights(dnnl_memory_desc_t *desc, const cdnn_convolution *c) {
    dnnl_dims_t dims, strides;
    int rank = 0, first = c->groups > 1 ? 1 : 0;
    if (first) dims[rank++] = c->groups;
    dims[rank++] = c->destination_channels / c->groups;
    dims[rank++] = c->source_channels / c->groups;
    int64_t stride = 1;
    for (int i = 0; i < c->spatial; i++) dims[rank++] = c->kernel[i];
    for (int i = rank - 1; i > first + 1; i--) strides[i] = stride, stride *= dims[i];
    int inner = c->transposed ? first : first + 1, outer = c->transposed ? first + 1 : first;
    strides[inner] = stride;
    strides[outer] = stride * dims[inner];
    if (first) strides[0] = strides[outer] * dims[outer];
    return dnnl_memory_desc_init_by_strides(desc, rank, dims, data_type(c->weights_type), strides);
}

static dnnl_memory_desc_t open_layout(const dnnl_memory_desc_t *desc) {
    dnnl_memory_desc_t any;
    memset(&any, 0, sizeof any);
    dnnl_memory_desc_init_by_tag(&any, desc->ndims, desc->dims, desc->data_type, dnnl_format_tag_any);
    return any;
}

static dnnl_status_t describe_convolution(const cdnn_convolution *c, const operation *outside,
    const dnnl_memory_desc_t *source, const dnnl_memory_desc_t *destination, bool any,
    dnnl_primitive_desc_t *chosen) {
    dnnl_dims_t stride = {0}, dilation = {0}, begin = {0}, end = {0};
    for (int i = 0; i < c->spatial; i++) {
        stride[i] = c->stride[i];
        dilation[i] = c->dilation[i] - 1;
        begin[i] = c->pad_begin[i];
        end[i] = c->pad_end[i];
    }
    dnnl_memory_desc_t weights = open_layout(&outside->weights);
    const dnnl_memory_desc_t *bias = outside->has_bias ? &outside->bias : NULL;
    if (c->transposed) {
        dnnl_deconvolution_desc_t described;
        dnnl_status_t status = dnnl_dilated_deconvolution_forward_desc_init(&described, dnnl_forward_inference,
            dnnl_deconvolution_direct, source, &weights, bias, destination, stride, dilation, begin, end);
        return status ? status : choose(&described, outside, any, chosen);
    }
    dnnl_convolution_desc_t described;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(&described, dnnl_forward_inference,
        dnnl_convolution_direct, source, &weights, bias, destination, stride, dilation, begin, end);
    return status ? status : choose(&described, outside, any, chosen);
}

/* Tries channels innermost first, which is oneDNN's fastest; then the layout it likes best; then, unless the operands
   are integers, its reference. */
static dnnl_status_t choose_convolution(const cdnn_convolution *c, operation *operation) {
    dnnl_memory_desc_t source, destination;
    dnnl_status_t status =
        activations(&source, c, c->source_channels, c->source, c->source_type, CDNN_CHANNELS_LAST);
    if (!status)
        status = activations(
            &destination, c, c->destination_channels, c->destination, c->destination_type, CDNN_CHANNELS_LAST);
    if (status) return status;
    status = describe_convolution(c, operation, &source, &destination, false, &operation->desc);
    if (!status || status == dnnl_invalid_arguments) return status;
    source = open_layout(&source);
    destination = open_layout(&destination);
    status = describe_convolution(c, operation, &source, &destination, false, &operation->desc);
    if (!status || operation->integers) return status;
    return describe_convolution(
        c, operation, &operation->source, &operation->destination, true, &operation->desc);
}

/* Where there is one channel or one position, both layouts are the same bytes. */
static cdnn_layout simplest(cdnn_layout layout, int64_t channels, const int64_t *extents, int spatial) {
    int64_t positions = 1;
    for (int i = 0; i < spatial; i++) positions *= extents[i];
    return channels == 1 || positions == 1 ? CDNN_CHANNELS_LAST : layout;
}

int cdnn_convolution_create(const cdnn_convolution *c, const void *weights, cdnn_primitive **primitive) {
    if (!cdnn_engine()) return dnnl_runtime_error;
    if (c->spatial < 1 || c->spatial > CDNN_MAX_SPATIAL) return dnnl_invalid_arguments;
    operation operation;
    begin(&operation);
    operation.has_bias = c->has_bias;
    operation.integers = is_byte(c->source_type) ? &c->integers : NULL;
    operation.tail = c->tail;
    operation.destination_type = c->destination_type;
    dnnl_dims_t bias = {c->destination_channels};
    dnnl_status_t status = activations(&operation.source, c, c->source_channels, c->source, c->source_type,
        simplest(c->source_layout, c->source_channels, c->source, c->spatial));
    if (!status)
        status = activations(&operation.destination, c, c->destination_channels, c->destination,
            c->destination_type,
            simplest(c->destination_layout, c->destination_channels, c->destination, c->spatial));
    if (!status) status = kernel_weights(&operation.weights, c);
    if (!status)
        status = dnnl_memory_desc_init_by_tag(
            &operation.bias, 1, bias, operation.integers ? dnnl_s32 : dnnl_f32, dnnl_x);
    if (!status) status = choose_convolution(c, &operation);
    if (!status) status = finish(&operation, weights, primitive);
    dnnl_primitive_desc_destroy(operation.desc);
    return status;
}

static dnnl_status_t choose_product(const cdnn_product *p, bool packed, operation *operation) {
    dnnl_memory_desc_t weights = packed ? open_layout(&operation->weights) : operation->weights;
    dnnl_matmul_desc_t described;
    dnnl_status_t status = dnnl_matmul_desc_init(&described, &operation->source, &weights,
        p->has_bias ? &operation->bias : NULL, &operation->destination);
    if (status) return status;
    status = choose(&described, operation, false, &operation->desc);
    return status ? choose(&described, operation, true, &operation->desc) : status;
}

int cdnn_product_create(const cdnn_product *p, const void *weights, cdnn_primitive **primitive) {
    if (!cdnn_engine()) return dnnl_runtime_error;
    if (p->rank < 2 || p->rank > CDNN_MAX_RANK) return dnnl_invalid_arguments;
    operation operation;
    begin(&operation);
    operation.has_bias = p->has_bias;
    operation.tail = p->tail;
    dnnl_dims_t dense, bias, unit;
    int64_t stride = 1;
    for (int i = p->rank - 1; i >= 0; i--) {
        dense[i] = stride;
        stride *= p->destination[i];
        bias[i] = i == p->rank - 1 ? p->destination[i] : 1;
        unit[i] = i == p->rank - 1 ? 1 : bias[p->rank - 1];
    }
    dnnl_status_t status = dnnl_memory_desc_init_by_strides(
        &operation.source, p->rank, p->source, dnnl_f32, p->source_strides);
    if (!status)
        status = dnnl_memory_desc_init_by_strides(
            &operation.weights, p->rank, p->weights, dnnl_f32, p->weights_strides);
    if (!status)
        status = dnnl_memory_desc_init_by_strides(
            &operation.destination, p->rank, p->destination, dnnl_f32, dense);
    if (!status)
        status = dnnl_memory_desc_init_by_strides(
            &operation.bias, p->rank, bias, dnnl_f32, unit);
    if (!status) status = choose_product(p, weights != NULL, &operation);
    if (!status) status = finish(&operation, weights, primitive);
    dnnl_primitive_desc_destroy(operation.desc);
    return status;
}
