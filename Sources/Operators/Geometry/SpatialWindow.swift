internal import GraphIR

/// How a spatial operator decides its padding.
enum AutoPad: String {
    case explicit = "NOTSET"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
    case valid = "VALID"
}

/// The window attributes that convolutions and poolings share, parsed: one entry a spatial axis where given.
struct SpatialWindow: Sendable {
    var kernel: [Int]?
    var strides: [Int]?
    var dilations: [Int]?
    /// All beginnings, then all ends.
    var pads: [Int]?
    var autoPad: AutoPad
    var ceilMode: Bool

    init(_ node: Node) throws(OperatorFault) {
        kernel = try SpatialWindow.extents(node, "kernel_shape", least: 1)
        strides = try SpatialWindow.extents(node, "strides", least: 1)
        dilations = try SpatialWindow.extents(node, "dilations", least: 1)
        pads = try SpatialWindow.extents(node, "pads", least: 0)
        if let pads, !pads.count.isMultiple(of: 2) {
            throw .attribute("pads", "has \(pads.count) values, expected two for each spatial axis")
        }
        let name = node.string("auto_pad") ?? AutoPad.explicit.rawValue
        guard let autoPad = AutoPad(rawValue: name) else { throw .attribute("auto_pad", "is '\(name)'") }
        self.autoPad = autoPad
        ceilMode = (node.int("ceil_mode") ?? 0) != 0
    }

    /// An attribute of whole numbers small enough that products of two of them cannot overflow.
    static func extents(_ node: Node, _ name: String, least: Int) throws(OperatorFault) -> [Int]? {
        guard let values = node.ints(name) else { return nil }
        for value in values where value < least || value > Int(Int32.max) {
            throw .attribute(name, "holds \(value), expected at least \(least)")
        }
        return values
    }

    /// The window with its defaults filled in for spatial axes of a kernel. Throws where a count does not fit.
    func resolved(kernel: [Int]) throws(OperatorFault) -> ResolvedWindow {
        let rank = kernel.count
        func checked(_ values: [Int]?, _ name: String, count: Int, filler: Int) throws(OperatorFault) -> [Int] {
            guard let values else { return Array(repeating: filler, count: count) }
            guard values.count == count else {
                throw .attribute(name, "has \(values.count) values, expected \(count)")
            }
            return values
        }
        if let attribute = self.kernel, attribute != kernel {
            throw .shape("kernel_shape is \(attribute), but the weight's kernel is \(kernel)")
        }
        for extent in kernel where extent < 1 || extent > Int(Int32.max) {
            throw .shape("the kernel has an extent of \(extent)")
        }
        let strides = try checked(strides, "strides", count: rank, filler: 1)
        let dilations = try checked(dilations, "dilations", count: rank, filler: 1)
        let pads = try checked(autoPad == .explicit ? pads : nil, "pads", count: 2 * rank, filler: 0)
        return ResolvedWindow(
            kernel: kernel, strides: strides, dilations: dilations, padsBegin: Array(pads[..<rank]),
            padsEnd: Array(pads[rank...]), autoPad: autoPad, ceilMode: ceilMode)
    }
}

/// A window with every attribute known; paddings are final once `fitted` to a source.
struct ResolvedWindow: Sendable {
    var kernel: [Int]
    var strides: [Int]
    var dilations: [Int]
    var padsBegin: [Int]
    var padsEnd: [Int]
    var autoPad: AutoPad
    var ceilMode: Bool

    var rank: Int { kernel.count }

    /// The positions a window spans along an axis, holes included.
    func span(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }

    /// The destination's extents over a source's spatial dimensions, and the window with its paddings for it. An
    /// unknown source dimension gives an unknown destination dimension and leaves that axis' padding as it is.
    func fitted(to source: ArraySlice<Dimension>) throws(OperatorFault) -> (window: ResolvedWindow, [Dimension]) {
        var window = self
        var destination: [Dimension] = []
        for (axis, dimension) in source.enumerated() {
            guard let extent = dimension.value else {
                destination.append(keepsExtent(axis) ? dimension : .unknown)
                continue
            }
            destination.append(.known(try window.fit(axis, extent)))
        }
        return (window, destination)
    }

    /// Whether the destination has the source's extent whatever that is.
    private func keepsExtent(_ axis: Int) -> Bool {
        guard strides[axis] == 1 else { return false }
        return switch autoPad {
        case .sameUpper, .sameLower: true
        case .valid: span(axis) == 1
        case .explicit: padsBegin[axis] + padsEnd[axis] == span(axis) - 1
        }
    }

    private mutating func fit(_ axis: Int, _ extent: Int) throws(OperatorFault) -> Int {
        let stride = strides[axis], span = span(axis)
        guard extent <= 1 << 40 else { throw .shape("a spatial extent of \(extent) is too large") }
        if autoPad == .sameUpper || autoPad == .sameLower {
            let count = (extent + stride - 1) / stride
            let padding = max((count - 1) * stride + span - extent, 0)
            padsBegin[axis] = autoPad == .sameUpper ? padding / 2 : padding - padding / 2
            padsEnd[axis] = padding - padsBegin[axis]
            return count
        }
        let room = extent + padsBegin[axis] + padsEnd[axis] - span
        guard room >= 0 || (ceilMode && room > -stride) else {
            throw .shape("a window of \(span) is wider than a source of \(extent) with its padding")
        }
        let count = room >= 0 ? room / stride + 1 : 0
        let startsInside = count * stride < extent + padsBegin[axis]
        return ceilMode && !room.isMultiple(of: stride) && startsInside ? count + 1 : count
    }
}
