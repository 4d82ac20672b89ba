internal import Kernels

extension EinsumPlan {
    /// Runs the steps in order; `arguments.scratch` has `scratchBytes`.
    func run(_ arguments: KernelArguments) throws {
        let scratch = arguments.scratch
        func source(_ place: Place) -> UnsafeRawPointer {
            switch place {
            case .input(let index): UnsafeRawPointer(arguments.input(index, as: UInt8.self))
            case .scratch(let offset): UnsafeRawPointer(scratch + offset)
            case .output: UnsafeRawPointer(arguments.output(0, as: UInt8.self))
            }
        }
        func target(_ place: Place) -> UnsafeMutableRawPointer {
            if case .scratch(let offset) = place { return scratch + offset }
            return UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self))
        }
        for step in steps {
            switch step {
            case .copy(let copy, let from, let to): copy.run(from: source(from), to: target(to))
            case .sum(let sum, let from, let to, let states):
                sum.run(source(from), target(to), scratch: scratch + states)
            case .product(let kernel, let a, let b, let to, let addresses, let rest):
                let inputs = (scratch + addresses).bindMemory(to: UnsafeRawPointer?.self, capacity: 2)
                let outputs = UnsafeMutableRawPointer(inputs + 2)
                    .bindMemory(to: UnsafeMutableRawPointer?.self, capacity: 1)
                (inputs[0], inputs[1], outputs[0]) = (source(a), source(b), target(to))
                try kernel.run(
                    KernelArguments(
                        inputs: UnsafeBufferPointer(start: inputs, count: 2),
                        outputs: UnsafeBufferPointer(start: outputs, count: 1), scratch: scratch + rest))
            }
        }
    }
}
