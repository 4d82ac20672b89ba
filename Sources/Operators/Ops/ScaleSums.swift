internal import GraphIR
internal import Kernels

/// The real values that exact sums of products of grids stand for: sum * x_scale * w_scale[c] + bias[c], in double
/// precision and rounded once. Inputs: sums (int32), x_scale, w_scale (one or one a channel), bias (float32, on wish one or
/// one a channel). `axis` counts channels.
struct ScaleSums: Operator {
    static let signature = OperatorSignature("ScaleSums", domain: "onnxq")
    private let axis: Int

    init(_ node: Node, opset: Int) throws { axis = try node.requireInt("axis") }

    var valueInputs: [Int] { [1, 2] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let sums = try inputs.require(0)
        guard sums.elementType == .int32 else { throw OperatorFault.elementType(input: 0, got: sums.elementType) }
        if let bias = inputs[3], bias.elementType != .float32 {
            throw OperatorFault.elementType(input: 3, got: bias.elementType)
        }
        return [Facts(.float32, sums.shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let extents = outputs[0].extents
        let axis = try normalizedAxis(axis, rank: extents.count)
        let (outer, channels, inner) = around(axis, of: extents)
        guard let x = try inputs.require(1).constant?.floats?.first else { throw OperatorFault.needsValue(input: 1) }
        let scales = try inputs.weightScales(2, columns: channels)
        let biasCount = inputs[3]?.elementCount ?? 1
        guard biasCount == 1 || biasCount == channels else {
            throw OperatorFault.shape("the bias has \(biasCount) values, expected \(channels)")
        }
        let scaling = SumScaling(
            outer: outer, channels: channels, inner: inner, factors: scales.map { Double(x) * Double($0) })
        return Kernel(storage: .mayOverwrite([0])) { arguments in
            let bias = arguments.rawInput(3)?.assumingMemoryBound(to: Float.self)
            scaling.run(
                arguments.input(0), bias: bias, isBiasPerChannel: biasCount > 1, arguments.output(0))
        }
    }
}
