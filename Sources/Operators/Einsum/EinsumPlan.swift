internal import GraphIR
internal import Kernels

/// An Einstein summation as copies, sums and matrix products, two operands at a time from left to right.
struct EinsumPlan: Sendable {
    /// Where a step's tensor lies.
    enum Place: Sendable {
        case input(Int)
        case scratch(Int)
        case output
    }

    enum Step: Sendable {
        case copy(StridedCopy, from: Place, to: Place)
        case sum(Reduction, from: Place, to: Place, states: Int)
        case product(Kernel, Place, Place, to: Place, addresses: Int, scratch: Int)
    }

    /// A tensor in memory under labels, each once.
    private struct View {
        var place: Place
        var labels: [EinsumLabel]
        var extents: [Int]
        /// In elements.
        var strides: [Int]
    }

    private(set) var steps: [Step] = []
    private var layout = ScratchLayout()
    private let elementType: ElementType

    var scratchBytes: Int { layout.byteCount }

    /// `labels` are those of the operands' axes; all extents are known and fit each other. Throws `OperatorFault`.
    init(_ elementType: ElementType, _ operands: [[Int]], _ labels: [[EinsumLabel]], result: [EinsumLabel]) throws {
        self.elementType = elementType
        var extents: [EinsumLabel: Int] = [:]
        for (label, extent) in zip(labels, operands).flatMap({ zip($0, $1) }) where extents[label] ?? 1 == 1 {
            extents[label] = extent
        }
        let views = operands.indices.map { Self.view(of: $0, operands[$0], labels[$0], extents) }
        var current = views[0]
        for (index, next) in views.enumerated().dropFirst() {
            let wanted = Set(result).union(views[(index + 1)...].flatMap(\.labels))
            current = try multiply(current, next, wanted: wanted)
        }
        current = try summed(current, keeping: Set(result))
        let strides = result.map { label in current.labels.firstIndex(of: label).map { current.strides[$0] } ?? 0 }
        try copy(current.place, extents: result.map { extents[$0] ?? 1 }, strides: strides, to: .output)
    }

    /// An input with equal labels joined to their diagonal, and without the axes that it only repeats along.
    private static func view(
        of index: Int, _ extents: [Int], _ labels: [EinsumLabel], _ common: [EinsumLabel: Int]
    ) -> View {
        var view = View(place: .input(index), labels: [], extents: [], strides: [])
        for (axis, stride) in rowMajorStrides(extents).enumerated() where extents[axis] == common[labels[axis]] {
            if let known = view.labels.firstIndex(of: labels[axis]) {
                view.strides[known] += stride
            } else {
                view.labels.append(labels[axis])
                view.extents.append(extents[axis])
                view.strides.append(stride)
            }
        }
        return view
    }

    private mutating func copy(_ place: Place, extents: [Int], strides: [Int], to target: Place) throws {
        try checkedProduct(extents)
        let copy = StridedCopy(
            extents: extents, source: strides, target: rowMajorStrides(extents), width: elementType.bits / 8)
        steps.append(.copy(copy, from: place, to: target))
    }

    private mutating func room(_ extents: [Int]) throws -> Int {
        layout.place(try elementType.checkedByteCount(extents))
    }

    /// The same elements, dense, with axes in the order of `labels`.
    private mutating func dense(_ view: View, _ labels: [EinsumLabel]) throws -> View {
        let axes = labels.compactMap { view.labels.firstIndex(of: $0) }
        let extents = axes.map { view.extents[$0] }, strides = axes.map { view.strides[$0] }
        if strides == rowMajorStrides(extents) {
            return View(place: view.place, labels: labels, extents: extents, strides: strides)
        }
        let place = Place.scratch(try room(extents))
        try copy(view.place, extents: extents, strides: strides, to: place)
        return View(place: place, labels: labels, extents: extents, strides: rowMajorStrides(extents))
    }

    /// The sum over all axes but those of `labels`.
    private mutating func summed(_ view: View, keeping labels: Set<EinsumLabel>) throws -> View {
        guard view.labels.contains(where: { !labels.contains($0) }) else { return view }
        let source = try dense(view, view.labels), isReduced = view.labels.map { !labels.contains($0) }
        guard let sum = Reduction(.sum, elementType, extents: source.extents, isReduced: isReduced) else {
            throw OperatorFault.elementType(input: 0, got: elementType)
        }
        let kept = zip(source.extents, isReduced).filter { !$0.1 }.map(\.0)
        let place = Place.scratch(try room(kept)), states = layout.place(sum.scratchBytes)
        steps.append(.sum(sum, from: source.place, to: place, states: states))
        return View(
            place: place, labels: view.labels.filter(labels.contains), extents: kept, strides: rowMajorStrides(kept))
    }

    /// The product of two tensors, summed over all axes but those of `wanted`: axes of both that are wanted count
    /// matrices, axes of both that are not are summed over by the matrix product.
    private mutating func multiply(_ a: View, _ b: View, wanted: Set<EinsumLabel>) throws -> View {
        let left = try summed(a, keeping: wanted.union(b.labels))
        let right = try summed(b, keeping: wanted.union(a.labels))
        let shared = left.labels.filter(right.labels.contains)
        let batch = shared.filter(wanted.contains), inner = shared.filter { !wanted.contains($0) }
        let rows = left.labels.filter { !shared.contains($0) }, columns = right.labels.filter { !shared.contains($0) }
        let first = try dense(left, batch + rows + inner), second = try dense(right, batch + inner + columns)
        func count(_ view: View, _ range: Range<Int>) throws -> Int { try checkedProduct(view.extents[range]) }
        let b = batch.count, matrices = try count(first, 0..<b)
        let m = try count(first, b..<b + rows.count), k = try count(second, b..<b + inner.count)
        let n = try count(second, (b + inner.count)..<second.extents.count)
        let operands = [Facts(elementType, extents: [matrices, m, k]), Facts(elementType, extents: [matrices, k, n])]
        let kernel = try MatMul(Node("MatMul", inputs: [], outputs: []), opset: 13)
            .prepare(Inputs(operands), [Facts(elementType, extents: [matrices, m, n])])
        let extents = Array(first.extents[..<(b + rows.count)] + second.extents[(b + inner.count)...])
        let place = Place.scratch(try room(extents))
        let addresses = layout.place(3 * MemoryLayout<UnsafeRawPointer?>.stride)
        steps.append(
            .product(
                kernel, first.place, second.place, to: place, addresses: addresses,
                scratch: layout.place(kernel.scratchBytes)))
        return View(
            place: place, labels: batch + rows + columns, extents: extents, strides: rowMajorStrides(extents))
    }
}
