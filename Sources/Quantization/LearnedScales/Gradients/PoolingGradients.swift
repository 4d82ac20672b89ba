internal import GraphIR
internal import Kernels
internal import Operators

/// The gradient of a mean over windows, which is a convolution of each channel with equal weights.
struct AveragePoolGradient: GradientRule {
    private let convolution: ConvolutionGradient
    private let weight: Tensor

    /// Throws where windows of different sizes are averaged.
    init(_ node: Node, data: Tensor) throws {
        let extents = data.extents
        guard extents.count > 2, (node.int("ceil_mode") ?? 0) == 0,
            (node.ints("pads") ?? []).allSatisfy({ $0 == 0 }) || node.int("count_include_pad") == 1,
            ["NOTSET", "VALID"].contains(node.string("auto_pad") ?? "NOTSET")
        else { throw OperatorFault.unsupported("the gradient of such an \(node.opType)") }
        let kernel = node.ints("kernel_shape") ?? Array(extents[2...]), count = kernel.reduce(1, *)
        weight = Tensor(
            Array(repeating: 1 / Float(count), count: extents[1] * count), [extents[1], 1] + kernel)
        var windows = Node("Conv", inputs: ["data", "weight"], outputs: ["result"], attributes: node.attributes.filter {
            ["strides", "pads", "dilations"].contains($0.name)
        })
        windows.set(Attribute("group", extents[1]))
        convolution = try ConvolutionGradient(windows, data: data, weight: weight)
    }

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) throws -> [Tensor?] {
        guard wanted[0], let data = inputs[0] else { return [nil] }
        return [try convolution.dataGradient(gradient, weight: weight, extents: data.extents)]
    }
}

/// The gradient of a MaxPool goes to where each maximum came from.
struct MaxPoolGradient: GradientRule {
    /// The pooling with the places of the maxima.
    nonisolated(unsafe) private let places: PreparedNode

    init(_ node: Node, opset: Int, data: Tensor) throws {
        var node = node
        node.outputs = ["maxima", "places"]
        node.set(Attribute("storage_order", 0))
        places = try PreparedNode(node, opset: opset, inputs: [Facts(.float32, extents: data.extents)])
    }

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) throws -> [Tensor?] {
        guard let data = inputs[0], let places = try places.run([data])[1] else { return [nil] }
        return [
            .floats(data.extents) { target in
                target.initialize(repeating: 0, count: data.elementCount)
                gradient.withFloats { gradient in
                    places.bytes.withUnsafeBytes { places in
                        for (index, place) in places.bindMemory(to: Int64.self).enumerated()
                        where (0..<data.elementCount).contains(Int(place)) {
                            target[Int(place)] += gradient[index]
                        }
                    }
                }
            },
        ]
    }
}
