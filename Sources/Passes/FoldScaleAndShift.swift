public import GraphIR
internal import Operators

/// Folds arithmetic with one constant a channel into the product before it.
///
/// - Before: `x -> Conv | ConvTranspose | Gemm | MatMul -> Add | Sub | Mul | Div (constant) -> y`, in either order of
///   operands except a division by the product: biases and normalizations that an exporter wrote out.
/// - After: the product alone, with other weight and bias; a MatMul becomes a Gemm.
/// - Conditions: those of `FoldBatchNormalization`. The constant is float32, and one number or one a channel: aligned
///   at the end with the product, whose rank is known, all its dimensions but the second are 1.
/// - Formula: `W'[m] = scale[m] * W[m]`, `b'[m] = scale[m] * b[m] + shift[m]`, in double precision.
/// - Source: the linearity of the products.
public struct FoldScaleAndShift: Pass {
    public static let name = "fold-scale-and-shift"
    public static let operators: [String]? = ["Add", "Sub", "Mul", "Div"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        AffineFolding.run(&model) { node, graph, index, facts in
            guard (node.domain ?? "").isStandardDomain, node.inputs.count == 2, node.outputs.count == 1,
                ["Add", "Sub", "Mul", "Div"].contains(node.opType)
            else { return nil }
            for (data, operand) in [(0, 1), (1, 0)] where index.producer[node.inputs[data]] != nil {
                guard let constant = graph.constant(node.inputs[operand]), let shape = facts[node.inputs[data]]?.shape,
                    let numbers = Self.perChannel(constant, of: shape),
                    let affine = Self.affine(node.opType, numbers, constantFirst: operand == 0)
                else { continue }
                return (affine, node.inputs[data])
            }
            return nil
        }
    }

    /// One number for each channel of a value of `shape`; `nil` where the constant varies along another dimension.
    private static func perChannel(_ constant: Tensor, of shape: Shape) -> [Double]? {
        guard shape.rank >= 2, let channels = shape[1].value, channels > 0, constant.extents.count <= shape.rank,
            let values = constant.elements(as: Float.self)
        else { return nil }
        if values.count == 1 { return Array(repeating: Double(values[0]), count: channels) }
        let missing = shape.rank - constant.extents.count
        guard missing <= 1, values.count == channels, constant.extents[1 - missing] == channels else { return nil }
        return values.map(Double.init)
    }

    private static func affine(_ opType: String, _ numbers: [Double], constantFirst: Bool) -> ChannelAffine? {
        let ones = Array(repeating: 1.0, count: numbers.count)
        let zeros = Array(repeating: 0.0, count: numbers.count)
        switch (opType, constantFirst) {
        case ("Add", _): return ChannelAffine(scale: ones, shift: numbers)
        case ("Sub", false): return ChannelAffine(scale: ones, shift: numbers.map(-))
        case ("Sub", true): return ChannelAffine(scale: ones.map(-), shift: numbers)
        case ("Mul", _): return ChannelAffine(scale: numbers, shift: zeros)
        case ("Div", false): return ChannelAffine(scale: numbers.map { 1 / $0 }, shift: zeros)
        default: return nil
        }
    }
}
