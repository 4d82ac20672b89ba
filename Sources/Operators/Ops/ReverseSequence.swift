public import GraphIR
public import Kernels

/// The first `sequence_lens[b]` steps of every sequence in reverse order, the others as they are. Batches and time are
/// the first two dimensions, either way round.
public struct ReverseSequence: Operator {
    public static let signature = OperatorSignature("ReverseSequence")

    private let timeAxis: Int

    public init(_ node: Node, opset: Int) throws {
        timeAxis = node.int("time_axis") ?? 0
        let batchAxis = node.int("batch_axis") ?? 1
        guard (0...1).contains(timeAxis), batchAxis == 1 - timeAxis else {
            throw OperatorFault.attribute("time_axis", "time_axis and batch_axis must be 0 and 1, or 1 and 0")
        }
    }

    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        let lengths = try inputs.require(1)
        try lengths.requireType(.int64, input: 1)
        try lengths.requireRank(1, input: 1)
        if let rank = data.rank, rank < 2 { throw OperatorFault.rank(input: 0, got: rank, expected: "at least 2") }
        if let batches = data.shape?[1 - timeAxis].value, let count = lengths.shape?[0].value, batches != count {
            throw OperatorFault.shape("\(count) sequence lengths for \(batches) sequences")
        }
        return [Facts(data.elementType, data.shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let block = data.extents[2...].reduce(1, *) * (try data.elementWidth())
        let steps = data.extents[timeAxis]
        let batches = data.extents[1 - timeAxis]
        let stepBytes = block * (timeAxis == 0 ? batches : 1)
        let batchBytes = block * (timeAxis == 0 ? 1 : steps)
        return Kernel { arguments in
            let lengths = arguments.input(1, as: Int64.self)
            for batch in 0..<batches {
                let length = Int(lengths[batch])
                guard length >= 0, length <= steps else {
                    throw OperatorFault.value("a sequence of length \(length) in \(steps) steps")
                }
                let source = UnsafeRawPointer(arguments.input(0, as: UInt8.self)) + batch * batchBytes
                let target = UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self)) + batch * batchBytes
                for step in 0..<steps {
                    let from = step < length ? length - 1 - step : step
                    (target + step * stepBytes).copyMemory(from: source + from * stepBytes, byteCount: block)
                }
            }
        }
    }
}
