internal import GraphIR
internal import Kernels

/// An operator that can go on to what follows it while its results are at hand.
public protocol FusingOperator: Operator {
    /// This operator, reading `inputs`, and `next` in one; `nil` where they do not go together.
    func fused(_ inputs: Inputs, with next: Follower) -> Fusion?
}

/// What follows an operator: the only reader of its result.
public struct Follower {
    public var operation: any Operator
    public var inputs: Inputs
    /// The input that is the result.
    public var position: Int
    public var output: Facts

    public init(_ operation: any Operator, _ inputs: Inputs, position: Int, output: Facts) {
        (self.operation, self.inputs, self.position, self.output) = (operation, inputs, position, output)
    }

    /// The function, where this is one that oneDNN applies to float32 results.
    var activation: FusedActivation? {
        guard output.elementType == .float32, position == 0 else { return nil }
        return switch operation {
        case is Relu: .relu
        case let leaky as LeakyRelu: .leakyRelu(slope: Float(leaky.p))
        case let clip as Clip: clip.bounds(inputs).map { .clip(low: $0.lowerBound, high: $0.upperBound) }
        default: nil
        }
    }

    /// The other of two float32 inputs that are added.
    var addend: (position: Int, facts: Facts)? {
        guard operation is Add || operation is Sum, inputs.count == 2, output.elementType == .float32,
            let facts = inputs[1 - position]
        else { return nil }
        return (1 - position, facts)
    }

    /// The addend where it has as many elements as the result, in the same order.
    var residual: Int? {
        guard let addend, addend.facts.extents == output.extents, inputs[position]?.extents == output.extents else {
            return nil
        }
        return addend.position
    }

    /// The addend where it is one number for each index of the last axis.
    var columnBias: Int? {
        guard let addend, let columns = output.extents.last, addend.facts.extents.last == columns,
            addend.facts.elementCount == columns, inputs[position]?.extents == output.extents
        else { return nil }
        return addend.position
    }
}

/// Two operators in one.
public struct Fusion {
    public var operation: any Operator
    /// Where the fused operator has inputs of the second: its input `at` is the second's `input`.
    public var added: (input: Int, at: Int)?

    init(_ operation: any Operator, adding added: (input: Int, at: Int)? = nil) {
        (self.operation, self.added) = (operation, added)
    }
}

extension ProductTail {
    /// The tail with `next` behind it, the residual being input `at`; `nil` where oneDNN cannot do that.
    func followed(by next: Follower, residualAt at: Int) -> (tail: ProductTail, added: (input: Int, at: Int)?)? {
        guard activation == nil else { return nil }
        var result = self
        if let activation = next.activation {
            result.activation = activation
            return (result, nil)
        }
        guard !addsDestination, let residual = next.residual else { return nil }
        result.addsDestination = true
        return (result, (residual, at))
    }
}

extension Kernel {
    /// This kernel, which adds to what its output holds, with input `residual` of `byteCount` bytes put there before.
    func adding(_ residual: Int?, byteCount: Int) -> Kernel {
        guard let residual else { return self }
        return Kernel(storage: .mayOverwrite([residual]), scratchBytes: scratchBytes) { arguments in
            let sum = arguments.input(residual, as: UInt8.self), target = arguments.output(0, as: UInt8.self)
            if UnsafePointer(target) != sum { target.update(from: sum, count: byteCount) }
            try run(arguments)
        }
    }
}
