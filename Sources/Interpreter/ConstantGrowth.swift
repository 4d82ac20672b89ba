internal import Operators

/// Lets operators keep constants in larger forms that are faster, from the first step on, as long as there is room.
enum ConstantGrowth {
    /// `room` is how many bytes these forms may take beyond the constants. Throws `NodeFault`. O(steps).
    static func run(_ draft: inout Draft, room: Int) throws {
        var room = room
        for (index, step) in draft.steps.enumerated() {
            guard let operation = step.operation as? any GrowingOperator,
                let grown = try step.reference.attributing({ try operation.grown(draft.inputs(step), step.outputs) }),
                grown.bytes <= room
            else { continue }
            draft.steps[index].operation = grown.operation
            room -= grown.bytes
        }
    }
}
