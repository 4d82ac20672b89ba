public import GraphIR
public import Kernels

/// The same elements under other extents: 0 copies the input's extent (unless `allowzero`), one -1 takes what is left.
public struct Reshape: ViewingOperator {
    public static let signature = OperatorSignature("Reshape")

    private let attribute: [Int]?
    private let allowsZero: Bool

    public init(_ node: Node, opset: Int) throws {
        attribute = opset < 5 ? node.ints("shape") ?? [] : nil
        allowsZero = try node.flag("allowzero")
    }

    public var valueInputs: [Int] { attribute == nil ? [1] : [] }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        if attribute == nil { _ = try inputs.require(1) }
        guard let wanted = try (attribute?.map(Dimension.known) ?? inputs.knownIntegers(1)).map(Shape.init) else {
            return [Facts(data.elementType, try inputs.shapeGiven(by: 1))]
        }
        let shape = try resolve(wanted, data.shape)
        let result = Facts(data.elementType, shape)
        try result.checkSize()
        if let before = data.knownExtents, let after = shape.extents {
            guard try checkedProduct(before) == checkedProduct(after) else {
                throw OperatorFault.shape("\(before) cannot take the shape \(wanted)")
            }
        }
        return [result]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { .view() }

    private func resolve(_ wanted: Shape, _ shape: Shape?) throws -> Shape {
        let numbers = wanted.dimensions.compactMap(\.value)
        guard numbers.allSatisfy({ $0 >= -1 }), numbers.count(where: { $0 == -1 }) <= 1 else {
            throw OperatorFault.shape("\(wanted) is not a shape: extents are 0 or more, and one may be -1")
        }
        if allowsZero, numbers.contains(0), numbers.contains(-1) {
            throw OperatorFault.shape("\(wanted) has both 0 and -1, and allowzero is set")
        }
        var left = shape?.dimensions
        var result: [Dimension] = [], given: [Dimension] = []
        for (axis, extent) in wanted.dimensions.enumerated() {
            if extent == 0, !allowsZero {
                if let shape, axis >= shape.rank {
                    throw OperatorFault.shape(
                        "\(wanted) copies dimension \(axis) of a tensor with \(shape.rank)")
                }
                result.append(shape?[axis] ?? .unknown)
                left?[axis] = 1
            } else {
                result.append(extent)
                if extent != -1 { given.append(extent) }
            }
        }
        guard let open = wanted.dimensions.firstIndex(of: -1) else { return Shape(result) }
        result[open] = try rest(of: left, given: given, zeros: result.contains(0), wanted)
        return Shape(result)
    }

    /// What -1 stands for: the dimensions `left` over by those that 0 copies, divided by the extents given.
    private func rest(of left: [Dimension]?, given: [Dimension], zeros: Bool, _ wanted: Shape) throws -> Dimension {
        guard var left else { return .unknown }
        for dimension in given where dimension.value == nil {
            guard dimension != .unknown, let place = left.firstIndex(of: dimension) else { return .unknown }
            left[place] = 1
        }
        let given = try checkedProduct(given.compactMap(\.value).filter { $0 > 0 })
        let numbers = try checkedProduct(left.compactMap(\.value))
        let symbols = left.filter { $0.value == nil }
        if symbols.isEmpty {
            guard !zeros, given > 0, numbers % given == 0 else {
                throw OperatorFault.shape("\(Shape(left)) does not divide into the shape \(wanted)")
            }
            return .known(numbers / given)
        }
        return symbols.count == 1 && numbers == given ? symbols[0] : .unknown
    }
}
