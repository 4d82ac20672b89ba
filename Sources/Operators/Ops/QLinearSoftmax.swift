internal import GraphIR
internal import Kernels
#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Softmax along `axis` between grids, over a table of exponentials. Inputs: X, scale, zero point, and the scale and zero
/// point of the result. `opset` is the version of the Softmax it stands for: before 13 all axes from `axis` on are one.
///
/// The table holds e^((i - 255) * scale) times a factor that keeps the sum of a row finite, as in ONNX Runtime's kernel.
struct QLinearSoftmax: Operator {
    static let signature = OperatorSignature("QLinearSoftmax", domain: "com.microsoft")
    private let axis: Int
    private let joinsAxes: Bool

    init(_ node: Node, opset: Int) throws {
        let version = try node.requireInt("opset")
        joinsAxes = version < 13
        axis = node.int("axis") ?? (version < 13 ? 1 : -1)
    }

    var valueInputs: [Int] { [1, 2, 3, 4] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(0)
        return [Facts(try inputs.require(0).elementType, try inputs.require(0).shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let extents = outputs[0].extents
        let axis = try normalizedAxis(axis, rank: max(extents.count, 1))
        guard !extents.isEmpty else { throw OperatorFault.rank(input: 0, got: 0, expected: "at least 1") }
        let outer = extents[..<axis].reduce(1, *)
        let extent = joinsAxes ? extents[axis...].reduce(1, *) : extents[axis]
        let inner = joinsAxes ? 1 : extents[(axis + 1)...].reduce(1, *)
        let scale = try inputs.operandGrid(scale: 1, zeroPoint: 2).scale
        let result = try inputs.operandGrid(scale: 3, zeroPoint: 4)
        let softmax = GridSoftmax(
            exponentials: Self.exponentials(scale: scale, extent: max(extent, 1)), outer: outer, extent: extent,
            inner: inner, levels: (1 / result.scale).rounded(.down), zeroPoint: result.zeroPoint,
            isSigned: try inputs.isSigned8Bit(0))
        return Kernel { softmax.run($0.input(0), $0.output(0)) }
    }

    private static func exponentials(scale: Float, extent: Int) -> [Float] {
        let most = log(Double(Float.greatestFiniteMagnitude / Float(extent)))
        let shift = max(0, most - 5) / Double(scale)
        return (0..<256).map { Float(exp((Double($0) - 255 + shift) * Double(scale))) }
    }
}
