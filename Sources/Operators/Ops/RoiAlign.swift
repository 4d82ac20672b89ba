internal import GraphIR
internal import Kernels

/// Regions of interest cut out of a feature map and brought to one size, read between pixels.
struct RoiAlign: Operator {
    static let signature = OperatorSignature("RoiAlign", versions: 10...Int.max)
    private let rows: Int
    private let columns: Int
    private let samples: Int
    private let scale: Float
    private let halfPixel: Bool
    private let isGreatest: Bool

    init(_ node: Node, opset: Int) throws {
        func extent(_ name: String, default missing: Int, from least: Int) throws -> Int {
            let value = node.int(name) ?? missing
            guard (least...1 << 16).contains(value) else { throw OperatorFault.attribute(name, "is \(value)") }
            return value
        }
        rows = try extent("output_height", default: 1, from: 1)
        columns = try extent("output_width", default: 1, from: 1)
        samples = try extent("sampling_ratio", default: 0, from: 0)
        scale = node.float("spatial_scale") ?? 1
        halfPixel = try node.choice(
            "coordinate_transformation_mode", ["half_pixel": true, "output_half_pixel": false],
            default: opset >= 16)
        isGreatest = try node.choice("mode", ["avg": false, "max": true], default: false)
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0), boxes = try inputs.require(1), images = try inputs.require(2)
        try x.require(.float32, input: 0)
        try boxes.require(.float32, input: 1)
        try images.require(.int64, input: 2)
        for (index, (facts, rank)) in [(x, 4), (boxes, 2), (images, 1)].enumerated() {
            if let got = facts.rank, got != rank {
                throw OperatorFault.rank(input: index, got: got, expected: "\(rank)")
            }
        }
        if let four = boxes.shape?[1].value, four != 4 { throw OperatorFault.shape("a region has \(four) numbers, not 4") }
        let counts = [boxes.shape?[0], images.shape?[0]].compactMap { $0?.value }
        if let first = counts.first, first != counts.last {
            throw OperatorFault.shape("\(counts[0]) regions have \(counts[1]) batch indices")
        }
        return [
            Facts(.float32, Shape([boxes.shape?[0] ?? .unknown, x.shape?[1] ?? .unknown, .known(rows), .known(columns)]))
        ]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0).extents, count = outputs[0].extents[0]
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        guard x[2] > 0, x[3] > 0 else { throw OperatorFault.shape("the feature map \(x) is empty") }
        let alignment = RegionAlignment(
            channels: x[1], height: x[2], width: x[3], rows: rows, columns: columns, samples: samples, scale: scale,
            halfPixel: halfPixel, isGreatest: isGreatest)
        return Kernel { arguments in
            let images = arguments.input(2, as: Int64.self)
            for index in 0..<count where !(0..<Int64(x[0])).contains(images[index]) {
                throw OperatorFault.value("batch index \(images[index]) of region \(index) is not among \(x[0]) images")
            }
            alignment.run(arguments.input(0), images: images, boxes: arguments.input(1), count: count, arguments.output(0))
        }
    }
}
