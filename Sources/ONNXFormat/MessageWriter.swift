import CONNXProto
import CProtobufC
import GraphIR

/// Turns the graph representation into messages, one file a message: the message that `rest` holds, with the modelled
/// fields set.
///
/// Large data is not copied: the messages point to it, and the arena keeps it alive.
struct MessageWriter {
    let arena = MessageArena()
    /// Takes the data of tensors that go beside the model; `nil` where everything goes into it.
    let beside: ExternalPlan?

    /// The message that `rest` holds.
    func message<M: Message>(_ rest: [UInt8], _ type: M.Type = M.self) throws -> UnsafeMutablePointer<M> {
        try arena.unpack(rest)
    }

    func text(_ text: String?) throws -> UnsafeMutablePointer<CChar>? { try text.map(arena.text) }
}
