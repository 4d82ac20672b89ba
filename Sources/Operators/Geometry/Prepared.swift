internal import Kernels

/// Prepares by `make`; where oneDNN cannot, that is what the operator does not support.
func preparing<Prepared>(_ make: () throws(DNNFault) -> Prepared) throws(OperatorFault) -> Prepared {
    do {
        return try make()
    } catch {
        throw .unsupported("oneDNN cannot prepare it: \(error.text)")
    }
}

extension FloatSums {
    /// A kernel for data at input 0 and weights at input 1, adding input `bias`.
    func kernel(bias: Int?) -> Kernel {
        Kernel(scratchBytes: scratchBytes) { arguments in
            try run(
                source: arguments.input(0), weights: arguments.input(1), bias: bias.map { arguments.input($0) },
                destination: arguments.output(0), scratch: arguments.scratch)
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
