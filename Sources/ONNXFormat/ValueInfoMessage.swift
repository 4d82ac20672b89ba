import CONNXProto
import GraphIR

extension MessageReader {
    func valueInfo(_ message: UnsafeMutablePointer<ValueInfoProto>) throws -> ValueInfo {
        let name = try required(message.pointee.name, "ValueInfoProto.name")
        return try at(.value(name)) {
            var info = ValueInfo(name, nil)
            message.pointee.name = nil
            if let type = message.pointee.type {
                if let tensor = type.tensorType {
                    info.type = try tensorType(tensor)
                    if tensor.packedSize == 0 { type.pointee.value_case = ONNX__TYPE_PROTO__VALUE__NOT_SET }
                    if type.packedSize == 0 { message.pointee.type = nil }
                } else {
                    info.type = .other(type.packed)
                    message.pointee.type = nil
                }
            }
            info.rest = message.packed
            return info
        }
    }

    /// Takes element type and shape out of the message. What the representation cannot hold stays in it: an element
    /// type without a case here, and a shape with unknown fields or negative extents.
    private func tensorType(_ message: UnsafeMutablePointer<TensorTypeProto>) throws -> ValueType {
        var elementType: ElementType?
        if message.pointee.has_elem_type != 0 {
            elementType = ElementType(rawValue: message.pointee.elem_type)
            if elementType != nil { message.pointee.has_elem_type = 0 }
        }
        guard let shapeMessage = message.pointee.shape else { return .tensor(elementType, nil) }
        let shape = try shape(shapeMessage)
        if shapeMessage.isWhole { message.pointee.shape = nil }
        return .tensor(elementType, shape)
    }

    private func shape(_ message: UnsafeMutablePointer<TensorShapeProto>) throws -> Shape {
        var shape = Shape.scalar
        for (axis, dimension) in messages(message.pointee.n_dim, message.pointee.dim).enumerated() {
            shape.dimensions.append(try self.dimension(dimension))
            shape.denotations[axis] = try text(dimension.pointee.denotation, "Dimension.denotation")
        }
        return shape
    }

    private func dimension(_ message: UnsafeMutablePointer<DimensionProto>) throws -> Dimension {
        switch message.pointee.value_case {
        case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE:
            message.pointee.dim_value < 0 ? .unknown : .known(Int(message.pointee.dim_value))
        case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM:
            .symbol(try required(message.pointee.dim_param, "Dimension.dim_param"))
        default: .unknown
        }
    }

    /// The shape that stayed in the message.
    fileprivate static func shapeLeft(in message: UnsafeMutablePointer<TensorTypeProto>) throws -> Shape? {
        let reader = MessageReader(source: ArrayBytes([]), external: ExternalData(folder: nil))
        return try message.pointee.shape.map(reader.shape)
    }
}

extension MessageWriter {
    func valueInfo(_ info: ValueInfo) throws -> UnsafeMutablePointer<ValueInfoProto> {
        try at(.value(info.name)) {
            let message = try message(info.rest, ValueInfoProto.self)
            message.pointee.name = try arena.text(info.name)
            switch info.type {
            case nil: message.pointee.type = nil
            case .other(let type): message.pointee.type = try self.message(type)
            case .tensor(let elementType, let shape):
                let type = message.pointee.type ?? arena.new()
                let tensor = type.tensorType ?? arena.new()
                try set(elementType, shape, tensor)
                type.pointee.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
                type.pointee.tensor_type = tensor
                message.pointee.type = type
            }
            return message
        }
    }

    private func set(
        _ elementType: ElementType?, _ shape: Shape?, _ message: UnsafeMutablePointer<TensorTypeProto>
    ) throws {
        if let elementType {
            message.pointee.has_elem_type = 1
            message.pointee.elem_type = elementType.rawValue
        }
        if try shape != MessageReader.shapeLeft(in: message) {
            message.pointee.shape = try shape.map(self.shape)
        }
    }

    private func shape(_ shape: Shape) throws -> UnsafeMutablePointer<TensorShapeProto> {
        let message = arena.new(TensorShapeProto.self)
        let dimensions = try shape.dimensions.enumerated().map { axis, dimension in
            let message = arena.new(DimensionProto.self)
            switch dimension {
            case .known(let extent):
                message.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
                message.pointee.dim_value = Int64(extent)
            case .symbol(let name):
                message.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
                message.pointee.dim_param = try arena.text(name)
            case .unknown: break
            }
            message.pointee.denotation = try text(shape.denotations[axis])
            return message
        }
        message.pointee.n_dim = dimensions.count
        message.pointee.dim = arena.list(dimensions)
        return message
    }
}

extension UnsafeMutablePointer<TypeProto> {
    fileprivate var tensorType: UnsafeMutablePointer<TensorTypeProto>? {
        pointee.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ? pointee.tensor_type : nil
    }
}

extension UnsafeMutablePointer<TensorShapeProto> {
    /// Whether `Shape` can hold all that the message says.
    fileprivate var isWhole: Bool {
        pointee.base.n_unknown_fields == 0
            && (0..<pointee.n_dim).allSatisfy { axis in
                guard let dimension = pointee.dim[axis]?.pointee else { return false }
                let isNegative = dimension.value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
                    && dimension.dim_value < 0
                return dimension.base.n_unknown_fields == 0 && !isNegative
            }
    }
}
