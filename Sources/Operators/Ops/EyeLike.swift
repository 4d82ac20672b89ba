public import GraphIR
public import Kernels

/// Ones on diagonal `k` of a matrix of the input's extents, zeros elsewhere.
public struct EyeLike: Operator {
    public static let signature = OperatorSignature("EyeLike")

    private let elementType: ElementType?
    private let k: Int

    public init(_ node: Node, opset: Int) throws {
        elementType = try node.elementType("dtype")
        k = node.int("k") ?? 0
    }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        try data.requireRank(2, input: 0)
        return [Facts(elementType ?? data.elementType, data.shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let one = try ScalarBytes(1, outputs[0].elementType)
        let (rows, columns) = (outputs[0].extents[0], outputs[0].extents[1])
        let bytes = outputs[0].byteCount
        return Kernel { arguments in
            let target = UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self))
            target.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            for row in 0..<rows {
                let (column, overflow) = row.addingReportingOverflow(k)
                guard !overflow, column >= 0, column < columns else { continue }
                one.fill(target + (row * columns + column) * one.width, byteCount: one.width)
            }
        }
    }
}
