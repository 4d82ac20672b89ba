internal import Kernels

/// Prepares by `make`; where oneDNN cannot, that is what the operator does not support.
func preparing<Prepared>(_ make: () throws(DNNFault) -> Prepared) throws(OperatorFault) -> Prepared {
    do {
        return try make()
    } catch {
        throw .unsupported("oneDNN cannot prepare it: \(error.text)")
    }
}

extension DNNPrimitive {
    /// A kernel that runs the primitive on the node's inputs at these positions.
    func kernel(source: Int = 0, weights: Int = 1, bias: Int?) -> Kernel {
        Kernel(scratchBytes: scratchBytes) { [self] arguments in
            try run(
                source: arguments.input(source, as: UInt8.self), weights: arguments.rawInput(weights),
                bias: bias.flatMap(arguments.rawInput), destination: arguments.output(0, as: UInt8.self),
                scratch: arguments.scratch)
        }
    }
}

extension IntegerConvolution {
    /// A kernel that runs the convolution on the node's inputs at these positions.
    func kernel(source: Int, weights: Int, others: Int? = nil) -> Kernel {
        Kernel(storage: others.map { .mayOverwrite([$0]) } ?? .separate, scratchBytes: scratchBytes) { arguments in
            try run(
                source: arguments.input(source, as: UInt8.self), weights: arguments.rawInput(weights),
                others: others.map { arguments.input($0, as: UInt8.self) },
                destination: arguments.output(0, as: UInt8.self), scratch: arguments.scratch)
        }
    }
}

extension KernelArguments {
    /// Multiplies input 0, a row, by input 1, adding input `bias`.
    func run(_ product: RowProduct, bias: Int?) {
        product.run(
            source: input(0), weights: input(1), bias: bias.map { input($0) }, destination: output(0))
    }
}
