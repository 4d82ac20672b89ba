import GraphIR
import Operators
import Testing

@Suite("Hostile arithmetic, reductions and normalizations")
struct HostileMathTests {
    private static let names = [
        "Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max", "Sum", "Mean", "And", "Not", "BitShift", "BitwiseAnd",
        "Equal", "Less", "Where", "Neg", "Abs", "Sqrt", "Exp", "IsInf", "Clip", "CumSum", "CumProd", "Relu",
        "LeakyRelu", "PRelu", "Elu", "Gelu", "SwiGLU", "Softmax", "LogSoftmax", "Hardmax", "LayerNormalization",
        "RMSNormalization", "GroupNormalization", "LpNormalization", "MeanVarianceNormalization", "ReduceSum",
        "ReduceMean", "ReduceMax", "ReduceL2", "ReduceLogSumExp", "ArgMax", "ArgMin", "TopK", "Einsum",
    ]
    private static let attributes = [
        "axis", "axes", "broadcast", "keepdims", "noop_with_empty_axes", "select_last_index", "k", "largest", "p",
        "num_groups", "stash_type", "exclusive", "reverse", "fmod", "consumed_inputs",
    ]
    private static let texts = [
        Attribute("direction", "LEFT"), Attribute("approximate", "tanh"), Attribute("equation", "ij,jk->ik"),
        Attribute("equation", "...i->...i"), Attribute("equation", "ii->"), Attribute("equation", "->->,,"),
    ]

    @Test("No numbers whatever make an operator crash", arguments: 0..<40)
    func fuzz(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for name in Self.names {
            for opset in [1, 6, 9, 11, 13, 18, 21, 28] {
                let inputs = (0..<Int.random(in: 0...3, using: &random)).map { _ in Self.tensor(using: &random) }
                let chosen = Self.attributes.shuffled(using: &random).prefix(4).map { attribute in
                    let values = (0..<Int.random(in: 0...3, using: &random)).map { _ in Self.number(using: &random) }
                    return attribute == "axes"
                        ? Attribute(attribute, values) : Attribute(attribute, values.first ?? 0)
                }
                let text = Self.texts.randomElement(using: &random).map { [$0] } ?? []
                let count = Int.random(in: 1...3, using: &random)
                do {
                    _ = try outputs(of: name, inputs, chosen + text, count: count, opset: opset)
                } catch is OperatorFault {
                    continue
                }
            }
        }
    }

    private static func number(using random: inout SeededGenerator) -> Int {
        let usual = Int.random(in: 0..<3, using: &random) > 0
        return (usual ? [0, 1, -1, 2] : [3, -4, .max, .min, 1 << 31, 1 << 40]).randomElement(using: &random) ?? 0
    }

    private static func tensor(using random: inout SeededGenerator) -> Tensor? {
        if Int.random(in: 0..<9, using: &random) == 0 { return nil }
        let shapes = [[], [0], [1], [3], [2, 3], [3, 1], [2, 0, 3], [2, 3, 4], [1, 2, 3, 4], [1 << 40, 0, 1 << 40]]
        let extents = shapes.randomElement(using: &random) ?? []
        let types: [ElementType] = [.float32, .float32, .float32, .float64, .float16, .bfloat16, .int8, .uint64, .bool]
        let type = types.randomElement(using: &random) ?? .float32
        if extents.contains(0) { return Tensor(type, extents, bytes: ArrayBytes([])) }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let values = (0..<extents.reduce(1, *)).map { _ in Int64(number(using: &random)) }
            return Tensor(values, extents)
        }
        return counted(type, extents)
    }
}
