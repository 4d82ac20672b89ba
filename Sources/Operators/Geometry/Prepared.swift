internal import Kernels

extension DNNPrimitive {
    /// Prepares by `make`; where oneDNN cannot, that is what the operator does not support.
    static func preparing(_ make: () throws(DNNFault) -> DNNPrimitive) throws(OperatorFault) -> DNNPrimitive {
        do {
            return try make()
        } catch {
            throw .unsupported("oneDNN cannot prepare it: \(error.text)")
        }
    }

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
