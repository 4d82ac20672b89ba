import GraphIR
import Kernels
import Operators
import Testing

@Suite("Results written over an input")
struct InPlaceTests {
    /// Operators with the inputs of one call each.
    private static let calls: [(opType: String, inputs: [Tensor], attributes: [Attribute])] = {
        let x = Tensor((0..<315).map { Float($0 % 41) / 7 - 2.5 }, [3, 3, 35])
        let row = Tensor((1...35).map(Float.init), [35])
        let channel = Tensor([Float(1), 2, 3], [3, 1])
        let unary = ["Relu", "Exp", "Erf", "Tanh", "Gelu", "Sigmoid", "Sqrt", "Round", "Softmax", "LpNormalization"]
        return unary.map { ($0, [x], []) } + [
            ("Add", [x, row], []), ("Add", [row, x], []), ("Sub", [channel, x], []), ("Mul", [x, x], []),
            ("Div", [x, channel], []), ("PRelu", [x, channel], []), ("Max", [x, row], []), ("Mod", [x, row], []),
            ("Pow", [x, Tensor(scalar: Float(2))], []), ("Clip", [x, Tensor(scalar: Float(0))], []),
            ("LayerNormalization", [x, row, row], []), ("Softmax", [x], [Attribute("axis", 1)]),
            ("GroupNormalization", [x, Tensor([Float(1), 2, 3], [3]), Tensor([Float(1), 2, 3], [3])],
                [Attribute("num_groups", 1)]),
        ]
    }()

    @Test("An operator that may overwrite an input gives the same as with memory of its own")
    func same() throws {
        var overwritten = 0
        for (opType, tensors, attributes) in Self.calls {
            let node = Node(opType, inputs: tensors.indices.map { "\($0)" }, outputs: ["y"], attributes: attributes)
            let operation = try OperatorTable.make(node, opset: 24)
            let inputs = Inputs(tensors.map { var facts = Facts(constant: $0); facts.constant = nil; return facts })
            let results = try operation.infer(inputs)
            let kernel = try operation.prepare(inputs, results)
            guard case .mayOverwrite(let candidates) = kernel.storage else { continue }
            let wanted = try outputs(of: opType, tensors, attributes, opset: 24)[0]
            for candidate in candidates {
                overwritten += 1
                let memory = tensors.map(\.copied), target = memory[candidate]
                let scratch = AlignedMemory(count: kernel.scratchBytes)
                let reads = memory.map { Optional($0.address) }, writes = [Optional(target.base)]
                try withExtendedLifetime((memory, scratch)) {
                    try reads.withUnsafeBufferPointer { reads in
                        try writes.withUnsafeBufferPointer { writes in
                            try kernel.run(KernelArguments(inputs: reads, outputs: writes, scratch: scratch.base))
                        }
                    }
                }
                let result = Tensor(wanted.elementType, wanted.extents, bytes: target)
                expectSame(result, wanted, "\(opType) over input \(candidate)")
            }
        }
        #expect(overwritten >= 20)
    }
}

extension Tensor {
    /// The bytes in memory of their own.
    fileprivate var copied: AlignedMemory {
        let memory = AlignedMemory(count: bytes.count)
        memory.base.copyMemory(from: bytes.address, byteCount: bytes.count)
        return memory
    }
}
