internal import GraphIR
internal import Kernels

/// Enlarges a tensor by nearest or linear interpolation: what Resize was called before opset 10.
struct Upsample: Operator {
    static let signature = OperatorSignature("Upsample", versions: 7...9)
    private let coordinates: ResizeCoordinates
    /// Given by an attribute at first, later by input 1.
    private let scales: [Float]?

    init(_ node: Node, opset: Int) throws {
        coordinates = try ResizeCoordinates(mode: node.string("mode") ?? "nearest")
        guard opset < 9 else {
            scales = nil
            return
        }
        guard case .floats(let values)? = node.attribute("scales") else {
            throw OperatorFault.attribute("scales", "is missing")
        }
        scales = values
    }

    var valueInputs: [Int] { scales == nil ? [1] : [] }

    var role: QuantizationRole { coordinates.mode == .nearest ? .sharesGrid : .elementwise }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        try x.require(.float32, .uint8, .int8, input: 0)
        guard let shape = x.shape else { return [Facts(x.elementType, nil)] }
        let extents = try ResizeExtents(shape, axes: nil)
        return [Facts(x.elementType, try values(inputs).map { try extents.scaled($0).output } ?? extents.unknown)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), destination = outputs[0].extents
        guard let scales = try values(inputs) else { throw OperatorFault.needsValue(input: 1) }
        let axes = destination.indices.map {
            ResizeCoordinates.Axis(source: x.extents[$0], destination: destination[$0], scale: scales[$0])
        }
        return try ResizePlan(coordinates, axes, fill: 0).kernel(x.elementType)
    }

    private func values(_ inputs: Inputs) throws -> [Float]? {
        if let scales { return scales }
        let input = try inputs.require(1)
        try input.require(.float32, input: 1)
        return input.constant?.floats
    }
}
