public import GraphIR
public import Kernels

/// `Shape`: the extents of dimensions `start` to before `end`, as int64. (GraphIR's `Shape` has the plain name.)
public struct ShapeOperator: Operator {
    public static let signature = OperatorSignature("Shape")

    private let start: Int
    private let end: Int

    public init(_ node: Node, opset: Int) throws {
        start = node.int("start") ?? 0
        end = node.int("end") ?? Int.max
    }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        guard let shape = try inputs.require(0).shape else { return [Facts(.int64, .unknown(rank: 1))] }
        let range = SliceRange(start: start, end: end, step: 1).resolved(extent: shape.rank)
        let part = shape.dimensions[range.start..<(range.start + range.count)]
        if let extents = Shape(Array(part)).extents {
            return [Facts(constant: Tensor(extents.map(Int64.init), [extents.count]))]
        }
        var facts = Facts(.int64, extents: [range.count])
        facts.elements = Array(part)
        return [facts]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { try .constant(infer(inputs)[0]) }
}
