internal import GraphIR
internal import Kernels

/// The greatest value under a sliding window, and on wish its place.
struct MaxPool: Operator {
    static let signature = OperatorSignature("MaxPool")
    private let shapes: PoolingShapes
    private let wantsPlaces: Bool
    private let isColumnMajor: Bool

    init(_ node: Node, opset: Int) throws {
        shapes = try PoolingShapes(node)
        wantsPlaces = node.outputs.count > 1 && !node.outputs[1].isEmpty
        isColumnMajor = (node.int("storage_order") ?? 0) != 0
    }

    var role: QuantizationRole { .sharesGrid }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        try x.require(.float32, .uint8, .int8, input: 0)
        let shape = try shapes.output(x)
        return [Facts(x.elementType, shape), Facts(.int64, shape)]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { wantsPlaces ? [.planar] : PoolingShapes.layouts }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), reversed = isColumnMajor
        let window = try shapes.bound(x, outputs[0])
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        switch (x.elementType, wantsPlaces) {
        case (.uint8, false): return Kernel { window.max($0.input(0, as: UInt8.self), $0.output(0)) }
        case (.int8, false): return Kernel { window.max($0.input(0, as: Int8.self), $0.output(0)) }
        case (_, false): return Kernel { window.max($0.input(0, as: Float.self), $0.output(0)) }
        case (.uint8, true):
            return Kernel {
                window.max($0.input(0, as: UInt8.self), $0.output(0), places: $0.output(1), reversed: reversed)
            }
        case (.int8, true):
            return Kernel {
                window.max($0.input(0, as: Int8.self), $0.output(0), places: $0.output(1), reversed: reversed)
            }
        case (_, true):
            return Kernel {
                window.max($0.input(0, as: Float.self), $0.output(0), places: $0.output(1), reversed: reversed)
            }
        }
    }
}
