internal import GraphIR
internal import Kernels
internal import Operators

/// A graph made ready for inputs of certain extents: steps in order, and where every value lies.
struct Plan {
    /// Where the bytes of a value are.
    enum Place {
        case input(Int)
        case constant(Tensor)
        /// A range of the arena, by offset.
        case arena(Int)
    }

    struct Value {
        let name: String
        var facts: Facts
        var place: Place
    }

    struct Step {
        let node: NodeReference
        let kernel: Kernel
        /// Positions in `values`; `nil` where an optional input or output is left out.
        let inputs: [Int?]
        let outputs: [Int?]
    }

    /// A value that the caller wants to see, and the step after which it is there.
    struct Observation {
        let value: Int
        let name: String
    }

    var values: [Value]
    var steps: [Step]
    /// Values to show before the first step.
    var observedInputs: [Observation]
    /// Values to show after each step.
    var observed: [[Observation]]
    /// The graph's outputs and what `rest` reads, as positions in `values`.
    var outputs: [(name: String, value: Int)]
    /// Nodes for which extents depend on the contents of a value: run one by one after the steps.
    var rest: [Program.Instruction] = []
    var arenaBytes = 0
    var scratchBytes = 0
}

/// A node of the planned graph, for messages.
struct NodeReference: Sendable {
    let node: Node
    let position: Int
    let opset: Int

    /// Runs `body`; an `OperatorFault` gets this node attached.
    func attributing<R>(_ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let fault as OperatorFault {
            throw NodeFault(node: node.label, position: position, opset: opset, fault: fault)
        }
    }
}
