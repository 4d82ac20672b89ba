internal import GraphIR

/// A scale and a shift for each channel: `y[c] = scale[c] * x[c] + shift[c]`, in double precision.
struct ChannelAffine {
    let scale: [Double]
    let shift: [Double]

    /// What a BatchNormalization computes in inference:
    /// `scale = gamma / sqrt(variance + epsilon)`, `shift = beta - mean * scale`.
    ///
    /// `nil` where the node is none, trains, lacks a constant float32 parameter, where the parameters differ in length,
    /// where more than the first output is used, or where the result is not finite.
    init?(_ node: Node, in graph: Graph, _ index: GraphIndex) {
        guard node.isStandard("BatchNormalization"), node.int("training_mode") ?? 0 == 0, node.input(0) != nil,
            let output = node.outputs.first, !output.isEmpty, node.outputs.dropFirst().allSatisfy(index.isUnused),
            let gamma = Self.parameter(1, node, graph), let beta = Self.parameter(2, node, graph),
            let mean = Self.parameter(3, node, graph), let variance = Self.parameter(4, node, graph),
            gamma.count == beta.count, gamma.count == mean.count, gamma.count == variance.count
        else { return nil }
        let epsilon = Double(node.float("epsilon") ?? 1e-5)
        scale = zip(gamma, variance).map { $0 / ($1 + epsilon).squareRoot() }
        shift = gamma.indices.map { [scale] in beta[$0] - mean[$0] * scale[$0] }
        guard scale.allSatisfy(\.isFinite), shift.allSatisfy(\.isFinite) else { return nil }
    }

    var count: Int { scale.count }

    /// The affine of a bias added before: `scale * bias + shift`; `nil` stands for no bias.
    func bias(after bias: [Double]?) -> Tensor {
        guard let bias else { return Tensor(shift.map(Float.init), [count]) }
        return Tensor((0..<count).map { Float(scale[$0] * bias[$0] + shift[$0]) }, [count])
    }

    private static func parameter(_ position: Int, _ node: Node, _ graph: Graph) -> [Double]? {
        guard let name = node.input(position), let tensor = graph.constant(name), tensor.extents.count == 1 else {
            return nil
        }
        return tensor.elements(as: Float.self)?.map(Double.init)
    }
}

extension Tensor {
    /// A float32 tensor with each element multiplied in double precision. The elements are runs of `inner`; run `r`
    /// gets `factors[r % factors.count]`. `nil` for other element types and where the runs do not come out even. O(n).
    func scaled(by factors: [Double], inner: Int) -> Tensor? {
        let period = factors.count.multipliedReportingOverflow(by: inner)
        guard elementType == .float32, !period.overflow, period.partialValue > 0,
            elementCount.isMultiple(of: period.partialValue)
        else { return nil }
        let count = elementCount
        let result = bytes.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: count * 4) { buffer, initialized in
                let target = UnsafeMutableRawBufferPointer(buffer)
                var offset = 0
                while offset < count * 4 {
                    for factor in factors {
                        for _ in 0..<inner {
                            let value = source.loadUnaligned(fromByteOffset: offset, as: Float.self)
                            target.storeBytes(of: Float(Double(value) * factor), toByteOffset: offset, as: Float.self)
                            offset += 4
                        }
                    }
                }
                initialized = count * 4
            }
        }
        return Tensor(.float32, extents, bytes: ArrayBytes(result))
    }
}

/// Puts changed constants into a graph: under the old name where one node alone reads the constant, else as a copy.
struct ConstantReplacement {
    private let index: GraphIndex
    private var names: GraphNames

    init(_ graph: Graph, _ index: GraphIndex) {
        self.index = index
        names = GraphNames(graph)
    }

    /// Stores `tensor` in the place of the constant that `node` reads at `position`, or as a new one called after `wish`.
    mutating func store(
        _ tensor: Tensor, as position: Int, of node: inout Node, wish: String, in graph: inout Graph
    ) {
        let old = node.input(position)
        let name =
            if let old, graph.constant(old) != nil, index.soleConsumer(of: old) != nil { old } else {
                names.fresh(old ?? wish)
            }
        graph.initializers[name] = tensor
        node.setInput(position, name)
    }

    /// A name that no value of the graph has yet.
    mutating func fresh(_ wish: String) -> String { names.fresh(wish) }
}

extension Node {
    /// What values made for this node are called after: its name, or its first output.
    var stem: String {
        if let name, !name.isEmpty { return name }
        return writtenValues.first ?? opType
    }
}
