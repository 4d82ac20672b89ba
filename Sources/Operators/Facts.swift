public import GraphIR
public import Kernels

/// What is known of a value before anything runs.
public struct Facts: Sendable {
    public var elementType: ElementType
    /// `nil` where not even the rank is known.
    public var shape: Shape?
    /// The value itself where it is constant.
    public var constant: Tensor?
    /// The elements of a vector or scalar of integers that is not constant but known in part, such as a shape with a free
    /// batch.
    public var elements: [Dimension]?
    /// How the elements lie in memory; other than planar only in `Operator.prepare`, where the operator offered it.
    public var layout = TensorLayout.planar

    public init(_ elementType: ElementType, _ shape: Shape?) {
        self.elementType = elementType
        self.shape = shape
    }

    public init(_ elementType: ElementType, extents: [Int]) { self.init(elementType, Shape(extents)) }

    public init(constant: Tensor) {
        elementType = constant.elementType
        shape = constant.shape
        self.constant = constant
    }

    /// What is known of a tensor whose contents are the same in every run where it is fixed; else only the extents are.
    public init(_ tensor: Tensor, isFixed: Bool) {
        self = isFixed ? Facts(constant: tensor) : Facts(tensor.elementType, extents: tensor.extents)
    }

    public var rank: Int? { shape?.rank }

    /// The extents, where all are numbers.
    public var knownExtents: [Int]? { shape?.extents }

    /// The extents in `Operator.prepare`, where all are promised to be known.
    public var extents: [Int] {
        guard let extents = shape?.extents else { preconditionFailure("extents asked for before they are known") }
        return extents
    }

    /// What is known of its elements where it is a vector or scalar of integers: numbers, where it is constant. O(n).
    public var integers: [Dimension]? { constant?.integers?.map(Dimension.known) ?? elements }

    /// The number of elements in `Operator.prepare`.
    public var elementCount: Int { extents.reduce(1, *) }

    /// The bytes the value takes in `Operator.prepare`.
    public var byteCount: Int { elementType.byteCount(elementCount) }
}

/// The inputs of one node, by position.
public struct Inputs: Sendable {
    private let facts: [Facts?]
    public init(_ facts: [Facts?]) { self.facts = facts }

    /// Positions, left-out inputs in the middle included.
    public var count: Int { facts.count }

    /// `nil` where the input is left out.
    public subscript(index: Int) -> Facts? { index < facts.count ? facts[index] : nil }

    /// The input at `index`; throws `OperatorFault.missingInput` where it is left out.
    public func require(_ index: Int) throws -> Facts {
        guard let facts = self[index] else { throw OperatorFault.missingInput(index) }
        return facts
    }

    /// The inputs that are there.
    public var present: [Facts] { facts.compactMap(\.self) }
}
