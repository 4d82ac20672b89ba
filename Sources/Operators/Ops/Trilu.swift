public import GraphIR
public import Kernels

/// The upper or lower triangle of the last two dimensions, from diagonal `k`; zero elsewhere.
public struct Trilu: Operator {
    public static let signature = OperatorSignature("Trilu")

    private let isUpper: Bool

    public init(_ node: Node, opset: Int) throws { isUpper = try node.flag("upper", default: true) }

    public var valueInputs: [Int] { [1] }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        if let rank = data.rank, rank < 2 { throw OperatorFault.rank(input: 0, got: rank, expected: "at least 2") }
        return [Facts(data.elementType, data.shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let k = try inputs[1] == nil ? 0 : inputs.requireIntegers(1).first ?? 0
        let width = try data.elementWidth()
        let columns = data.extents[data.extents.count - 1]
        let rows = data.extents[data.extents.count - 2]
        let lines = data.extents.dropLast().reduce(1, *)
        let isUpper = isUpper
        let bytes = data.byteCount
        return Kernel(storage: .mayOverwrite([0])) { arguments in
            let target = arguments.copyFirstInput(bytes: bytes)
            for line in 0..<lines {
                let (diagonal, overflow) = (line % rows).addingReportingOverflow(k)
                let first = overflow ? columns : min(max(isUpper ? diagonal : diagonal &+ 1, 0), columns)
                let cleared = isUpper ? 0..<first : first..<columns
                (target + (line * columns + cleared.lowerBound) * width)
                    .initializeMemory(as: UInt8.self, repeating: 0, count: cleared.count * width)
            }
        }
    }
}
