public import GraphIR
public import Kernels

/// The input cut along `axis` into parts of given extents, or into equal ones (the last perhaps smaller).
public struct Split: ViewingOperator {
    public static let signature = OperatorSignature("Split")

    private let axis: Int
    private let parts: AxesArgument
    private let count: Int
    private let allowsRest: Bool

    public init(_ node: Node, opset: Int) throws {
        axis = node.int("axis") ?? 0
        parts = AxesArgument(node, "split", opset: opset, inputSince: 13, at: 1)
        allowsRest = opset >= 18
        count = node.outputs.count
        if opset >= 18, let wanted = node.int("num_outputs"), wanted != count {
            throw OperatorFault.attribute("num_outputs", "\(wanted) parts for \(count) outputs")
        }
    }

    public var valueInputs: [Int] { parts.valueInputs }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard let shape = data.shape else { return Array(repeating: Facts(data.elementType, nil), count: count) }
        let axis = try normalizedAxis(axis, rank: shape.rank)
        return try extents(shape[axis], inputs).map { extent in
            var part = shape
            part.dimensions[axis] = extent
            return Facts(data.elementType, part)
        }
    }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts([0], outputs[0])
    }

    public func view(_ view: StridedView, _ inputs: Inputs, _ outputs: [Facts], at index: Int) -> StridedView? {
        guard let axis = try? normalizedAxis(axis, rank: view.extents.count) else { return nil }
        let first = outputs[..<index].reduce(0) { $0 + $1.extents[axis] }
        return view.part(first..<first + outputs[index].extents[axis], of: axis)
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        if count == 1 { return .view() }
        let axis = try normalizedAxis(axis, rank: data.extents.count)
        let (outer, extent, inner) = around(data.storedAxis(axis), of: data.storedExtents())
        let width = try data.elementWidth()
        var offset = 0
        let copies = outputs.map { output in
            let block = output.extents[axis] * inner
            defer { offset += block }
            return StridedCopy(
                extents: [outer, block], source: [extent * inner, 1], target: [block, 1], width: width,
                sourceOffset: offset)
        }
        return Kernel { arguments in
            for (index, copy) in copies.enumerated() {
                guard let part = arguments.rawOutput(index) else { continue }
                copy.run(from: arguments.input(0, as: UInt8.self), to: part)
            }
        }
    }

    private func extents(_ whole: Dimension, _ inputs: Inputs) throws -> [Dimension] {
        guard parts.isKnown(inputs) else { return Array(repeating: .unknown, count: count) }
        if let given = try parts.values(inputs) {
            guard given.count == count else { throw OperatorFault.shape("\(given.count) parts for \(count) outputs") }
            let sum = try given.reduce(0) { sum, part in
                guard part >= 0 else { throw OperatorFault.shape("a part of the split is negative: \(part)") }
                return try checkedSum(sum, part)
            }
            guard sum == whole.value ?? sum else {
                throw OperatorFault.shape("the parts \(given) do not make \(whole)")
            }
            return given.map(Dimension.known)
        }
        guard let whole = whole.value, count > 0 else { return Array(repeating: .unknown, count: count) }
        guard whole % count == 0 || allowsRest else {
            throw OperatorFault.shape("\(whole) does not divide into \(count) equal parts")
        }
        let part = whole / count + (whole % count == 0 ? 0 : 1)
        return (0..<count).map { .known(min(part, max(0, whole - $0 * part))) }
    }
}
