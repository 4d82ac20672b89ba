internal import GraphIR
internal import Kernels

/// An operator that combines any number of inputs by one function of two variables, from left to right, under
/// broadcasting.
protocol ElementwiseVariadic: ElementwiseOperator {
    var function: BinaryFunction { get }
    /// Whether the result is divided by the number of inputs.
    var isMean: Bool { get }
}

extension ElementwiseVariadic {
    var isMean: Bool { false }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let first = try inputs.require(0)
        guard BinaryLoop.exists(function, first.elementType.computed) else {
            throw OperatorFault.elementType(input: 0, got: first.elementType)
        }
        for index in 1..<max(inputs.count, 1) {
            let other = try inputs.require(index)
            guard other.elementType == first.elementType else {
                throw OperatorFault.elementType(input: index, got: other.elementType)
            }
        }
        return [Facts(first.elementType, try broadcast(inputs.present.map(\.shape)))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts(Array(0..<inputs.count), outputs[0])
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let count = inputs.count
        if count == 1 { return .view() }
        return try widening(inputs, outputs) { inputs, outputs in
            let output = outputs[0]
            let extents = try (0..<count).map { try inputs.require($0).storedExtents(for: output) }
            let loops = try (1..<count).map { index in
                try loop(function, output, a: index == 1 ? extents[0] : output.storedExtents(), b: extents[index])
            }
            let division = isMean ? try loop(.divide, output, a: output.storedExtents(), b: []) : nil
            let divisor = try AlignedMemory.element(Float(count), of: output.elementType)
            let overwritable = count == 2 ? inputs.overwritable(by: output) : []
            return Kernel(storage: .mayOverwrite(overwritable)) { arguments in
                let y = UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self))
                for (index, loop) in loops.enumerated() {
                    let a = index == 0 ? UnsafeRawPointer(arguments.input(0, as: UInt8.self)) : UnsafeRawPointer(y)
                    loop.run(a, arguments.input(index + 1, as: UInt8.self), y)
                }
                division?.run(y, divisor.address, y)
            }
        }
    }

    private func loop(_ function: BinaryFunction, _ output: Facts, a: [Int], b: [Int]) throws -> BinaryLoop {
        guard let loop = BinaryLoop(function, output.elementType, a: a, b: b, output: output.storedExtents()) else {
            throw OperatorFault.elementType(input: 0, got: output.elementType)
        }
        return loop
    }
}
