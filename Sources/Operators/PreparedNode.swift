public import GraphIR
internal import Kernels

extension OperatorTable {
    /// The largest output, in bytes, that `evaluate` makes: more than an ONNX file can hold as one constant.
    public static let largestConstant = Int(Int32.max)

    /// Runs one node on constant tensors. `inputs` are by position, `nil` where the node leaves one out; the result
    /// has one tensor for each of the node's outputs, `nil` where the node leaves it out.
    ///
    /// Throws `OperatorFault`, also where the outputs are of a kind that only runs inside a model (strings that no
    /// operator computes, shapes that depend on more than the inputs, outputs larger than `largestConstant`).
    public static func evaluate(_ node: Node, opset: Int, inputs: [Tensor?]) throws -> [Tensor?] {
        try PreparedNode(node, opset: opset, inputs: inputs.map { $0.map(Facts.init(constant:)) }).run(inputs)
    }
}

/// One node, ready to run on its own on tensors of certain extents.
public struct PreparedNode {
    private enum Way {
        case known([Tensor?])
        case view(of: Int)
        case kernel(Kernel, sizes: [Int])
    }

    private let way: Way
    private let outputs: [Facts]
    private let isWanted: [Bool]

    /// Prepares for inputs of known extents, some of them constant. Throws `OperatorFault` as `evaluate` does.
    public init(_ node: Node, opset: Int, inputs: [Facts?]) throws {
        let operation = try OperatorTable.make(node, opset: opset)
        let facts = Inputs(inputs)
        let inferred = try operation.infer(facts)
        guard inferred.count >= node.outputs.count else {
            throw OperatorFault.shape("the node has \(node.outputs.count) outputs, the operator \(inferred.count)")
        }
        let outputs = Array(inferred.prefix(node.outputs.count))
        self.outputs = outputs
        isWanted = node.outputs.map { !$0.isEmpty }
        if outputs.allSatisfy({ $0.constant != nil }) {
            way = .known(outputs.map(\.constant))
            return
        }
        let sizes = try outputs.map(Self.checkedByteCount)
        let kernel = try operation.prepare(facts, outputs)
        if case .view(let source) = kernel.storage {
            way = .view(of: source)
            return
        }
        if outputs.contains(where: { $0.elementType == .string }) {
            throw OperatorFault.unsupported("string outputs of \(node.opType)")
        }
        way = .kernel(kernel, sizes: sizes)
    }

    /// The outputs, `nil` where the node leaves one out. `inputs` have the extents that were prepared for, and where
    /// those were constant their contents. Throws what kernels throw.
    public func run(_ inputs: [Tensor?]) throws -> [Tensor?] {
        switch way {
        case .known(let outputs): outputs
        case .view(let source): inputs[source].map { [Self.viewed($0, as: outputs[0])] } ?? [nil]
        case .kernel(let kernel, let sizes): try run(kernel, inputs: inputs, sizes: sizes)
        }
    }

    private static func viewed(_ input: Tensor, as facts: Facts) -> Tensor {
        var result = Tensor(facts.elementType, facts.extents, bytes: input.bytes)
        result.strings = input.strings
        return result
    }

    private static func checkedByteCount(_ output: Facts) throws -> Int {
        guard let extents = output.knownExtents else {
            throw OperatorFault.shape("the output's shape does not follow from the inputs")
        }
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow, product <= OperatorTable.largestConstant else {
                throw OperatorFault.shape("an output of shape \(extents) is too large for a constant")
            }
            count = product
        }
        let bytes = output.elementType.byteCount(count)
        guard bytes <= OperatorTable.largestConstant else {
            throw OperatorFault.shape("an output of shape \(extents) is too large for a constant")
        }
        return bytes
    }

    private func run(_ kernel: Kernel, inputs: [Tensor?], sizes: [Int]) throws -> [Tensor?] {
        let sources = inputs.map { $0.map(Self.alignedBytes) }
        let results = zip(sizes, isWanted).map { size, wanted in wanted ? AlignedMemory(count: size) : nil }
        let scratch = AlignedMemory(count: kernel.scratchBytes)
        try withExtendedLifetime((sources, results, scratch)) {
            try sources.map { $0?.address }.withUnsafeBufferPointer { reads in
                try results.map { $0?.base }.withUnsafeBufferPointer { writes in
                    try kernel.run(KernelArguments(inputs: reads, outputs: writes, scratch: scratch.base))
                }
            }
        }
        return zip(results, outputs).map { bytes, facts in
            bytes.map { Tensor(facts.elementType, facts.extents, bytes: $0) }
        }
    }

    /// The tensor's bytes, moved where they are not aligned to their element.
    private static func alignedBytes(_ tensor: Tensor) -> any TensorBytes {
        let alignment = max(1, tensor.elementType.bits / 8)
        guard Int(bitPattern: tensor.bytes.address) % alignment != 0 else { return tensor.bytes }
        let copy = AlignedMemory(count: tensor.bytes.count)
        tensor.bytes.withUnsafeBytes { copy.base.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        return copy
    }
}
