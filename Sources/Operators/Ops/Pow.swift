internal import GraphIR
internal import Kernels

/// a to the power of b, with elements of a's type. The exponents are converted to it; a power of an integer by a
/// floating-point exponent is computed in float64 and cut to an integer.
struct Pow: ElementwiseOperator {
    static let signature = OperatorSignature("Pow")
    private let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let base = try inputs.require(0), exponent = try inputs.require(1)
        for (index, facts) in [base, exponent].enumerated() {
            guard BinaryLoop.exists(.power, facts.elementType.computed) else {
                throw OperatorFault.elementType(input: index, got: facts.elementType)
            }
        }
        return [Facts(base.elementType, try alignment.result(base.shape, exponent.shape))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let base = try inputs.require(0), exponent = try inputs.require(1)
            if let exponent = exponent.constant, exponent.isTwo, base.extents == outputs[0].extents {
                return try square(base)
            }
            let isInexact = base.elementType.isInteger && exponent.elementType.isFloatingPoint
            let type = isInexact ? .float64 : base.elementType
            var layout = ScratchLayout()
            let bases = try Conversion(from: base, to: type, &layout)
            let exponents = try Conversion(from: exponent, to: type, &layout)
            let results = try Conversion(from: outputs[0], to: type, &layout)
            let aligned = try alignment.aligned(exponent.extents, against: base.extents)
            guard let loop = BinaryLoop(.power, type, a: base.extents, b: aligned, output: outputs[0].extents),
                let narrowing = ElementCast(from: type, to: base.elementType)
            else { throw OperatorFault.elementType(input: 0, got: base.elementType) }
            return Kernel(scratchBytes: layout.byteCount) { arguments in
                let a = bases.converted(arguments.input(0, as: UInt8.self), arguments.scratch)
                let b = exponents.converted(arguments.input(1, as: UInt8.self), arguments.scratch)
                let y = UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self))
                guard let place = results.place(arguments.scratch) else { return loop.run(a, b, y) }
                loop.run(a, b, place)
                narrowing.run(place, into: y, count: results.count)
            }
        }
    }

    private func square(_ base: Facts) throws -> Kernel {
        let extents = base.extents
        guard let loop = BinaryLoop(.multiply, base.elementType, a: extents, b: extents, output: extents) else {
            throw OperatorFault.elementType(input: 0, got: base.elementType)
        }
        return Kernel(storage: .mayOverwrite([0])) {
            loop.run($0.input(0, as: UInt8.self), $0.input(0, as: UInt8.self), $0.output(0, as: UInt8.self))
        }
    }
}

/// A tensor as elements of another type, in scratch memory where the types differ.
private struct Conversion: Sendable {
    let count: Int
    private let cast: ElementCast?
    private let offset: Int

    init(from facts: Facts, to type: ElementType, _ layout: inout ScratchLayout) throws {
        count = facts.elementCount
        cast = facts.elementType == type ? nil : ElementCast(from: facts.elementType, to: type)
        offset = cast == nil ? 0 : layout.place(try checkedProduct([count, type.bits / 8]))
    }

    func place(_ scratch: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? { cast == nil ? nil : scratch + offset }

    func converted(_ source: UnsafeRawPointer, _ scratch: UnsafeMutableRawPointer) -> UnsafeRawPointer {
        guard let cast else { return source }
        cast.run(source, into: scratch + offset, count: count)
        return UnsafeRawPointer(scratch + offset)
    }
}

extension Tensor {
    /// Whether this is one element of value 2.
    fileprivate var isTwo: Bool {
        guard elementCount == 1 else { return false }
        return floats?.first == 2 || integers?.first == 2
    }
}
