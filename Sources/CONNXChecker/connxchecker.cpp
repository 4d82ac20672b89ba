#include "connxchecker.h"

#include <climits>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <onnx/checker.h>
#include <onnx/defs/schema.h>
#include <onnx/onnx_pb.h>
#include <onnx/proto_utils.h>
#include <onnx/shape_inference/implementation.h>

// Debug builds define this, and a header of libonnx has a member of that name.
#undef DEBUG
#include <onnx/version_converter/convert.h>

#include "isolation.h"

namespace {

onnx::ModelProto parse(const uint8_t *bytes, size_t size) {
    if (size >= INT_MAX) throw std::runtime_error("the model has 2 GiB or more");
    onnx::ModelProto model;
    if (!onnx::ParseProtoFromBytes(&model, reinterpret_cast<const char *>(bytes), size)) {
        throw std::runtime_error("the bytes are no ONNX model");
    }
    return model;
}

std::string serialize(const onnx::ModelProto &model) {
    std::string bytes;
    if (!model.SerializeToString(&bytes)) throw std::runtime_error("the result cannot be serialized");
    return bytes;
}

}  // namespace

int connx_highest_opset(void) {
    const auto &versions = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map();
    auto standard = versions.find("");
    return standard == versions.end() ? 0 : standard->second.second;
}

int connx_highest_ir_version(void) { return onnx::Version::IR_VERSION; }

connx_answer connx_check(const uint8_t *bytes, size_t size) {
    return run_isolated([=] {
        onnx::checker::check_model(parse(bytes, size));
        return std::string();
    });
}

connx_answer connx_infer_shapes(const uint8_t *bytes, size_t size) {
    return run_isolated([=] {
        onnx::ModelProto model = parse(bytes, size);
        onnx::shape_inference::InferShapes(model);
        return serialize(model);
    });
}

connx_answer connx_convert_opset(const uint8_t *bytes, size_t size, int opset) {
    return run_isolated([=] {
        return serialize(onnx::version_conversion::ConvertVersion(parse(bytes, size), opset));
    });
}

void connx_free(connx_answer answer) { free(answer.data); }
