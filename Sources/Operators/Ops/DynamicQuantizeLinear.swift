public import GraphIR
public import Kernels

/// A tensor on the uint8 grid that its own range, with zero, asks for; with the grid's scale and zero point.
public struct DynamicQuantizeLinear: Operator {
    public static let signature = OperatorSignature("DynamicQuantizeLinear")

    public init(_ node: Node, opset: Int) throws {}

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        try data.requireType(.float32, input: 0)
        return [Facts(.uint8, data.shape), Facts(.float32, .scalar), Facts(.uint8, .scalar)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let count = try inputs.require(0).elementCount
        let quantizer = LinearQuantizer(.uint8, count: count)
        return Kernel { arguments in
            let x = arguments.input(0, as: Float.self)
            let (least, greatest) = LinearQuantizer.rangeWithZero(x, count: count)
            var scale = least == greatest ? 1 : (greatest - least) / 255
            let steps = (-least / scale).rounded(.toNearestOrEven)
            var zeroPoint = Int32(steps > 0 ? min(steps, 255) : 0)
            if let q = arguments.rawOutput(0) { quantizer.quantize(x, into: q, scales: &scale, zeroPoints: &zeroPoint) }
            arguments.rawOutput(1)?.storeBytes(of: scale, as: Float.self)
            arguments.rawOutput(2)?.storeBytes(of: UInt8(zeroPoint), as: UInt8.self)
        }
    }
}
