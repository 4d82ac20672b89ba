import CONNXProto
import CProtobufC
import GraphIR
import Glibc

/// The memory of the messages of one reading or writing, given back all at once.
final class MessageArena {
    private static let blockSize = 1 << 16
    private var blocks: [UnsafeMutableRawPointer] = []
    private var free = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var kept: [any TensorBytes] = []

    deinit { blocks.forEach { Glibc.free($0) } }

    /// Memory for `count` bytes, aligned for every C type; `nil` where the system has no more.
    fileprivate func reserve(_ count: Int) -> UnsafeMutableRawPointer? {
        let size = max(16, (count + 15) & ~15)
        if size > Self.blockSize / 4 {
            guard let block = malloc(size) else { return nil }
            blocks.append(block)
            return block
        }
        if free.count < size {
            guard let block = malloc(Self.blockSize) else { return nil }
            blocks.append(block)
            free = UnsafeMutableRawBufferPointer(start: block, count: Self.blockSize)
        }
        defer { free = UnsafeMutableRawBufferPointer(rebasing: free[size...]) }
        return free.baseAddress
    }

    private func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
        guard let memory = reserve(count * MemoryLayout<T>.stride) else {
            preconditionFailure("the system has no memory left for \(count) values")
        }
        return memory.bindMemory(to: type, capacity: max(count, 1))
    }

    /// An empty message.
    func new<M: Message>(_ type: M.Type = M.self) -> UnsafeMutablePointer<M> {
        let message = allocate(type, 1)
        type.initialize(message)
        return message
    }

    /// A message from its serialized form. Bytes of unknown origin must have been through `WireSkeleton` before.
    func unpack<M: Message>(_ bytes: [UInt8], as type: M.Type = M.self) throws -> UnsafeMutablePointer<M> {
        guard !bytes.isEmpty else { return new(type) }
        var allocator = ProtobufCAllocator(
            alloc: { arena, size in
                Unmanaged<MessageArena>.fromOpaque(arena!).takeUnretainedValue().reserve(size)
            },
            free: { _, _ in },
            allocator_data: Unmanaged.passUnretained(self).toOpaque())
        guard let message = protobuf_c_message_unpack(type.descriptor, &allocator, bytes.count, bytes) else {
            throw FormatFault.malformed(.badContents, offset: nil)
        }
        return UnsafeMutableRawPointer(message).assumingMemoryBound(to: type)
    }

    /// A copy of `values`.
    func array<T: BitwiseCopyable>(_ values: some Collection<T>) -> UnsafeMutablePointer<T> {
        let copy = allocate(T.self, values.count)
        _ = UnsafeMutableBufferPointer(start: copy, count: values.count).initialize(from: values)
        return copy
    }

    /// A list of messages as protobuf-c keeps one.
    func list<M: Message>(_ messages: [UnsafeMutablePointer<M>]) -> UnsafeMutablePointer<UnsafeMutablePointer<M>?> {
        let list = allocate(UnsafeMutablePointer<M>?.self, messages.count)
        _ = UnsafeMutableBufferPointer(start: list, count: messages.count).initialize(from: messages.map { $0 })
        return list
    }

    /// A copy of a text, ended by NUL. A text with a NUL in it has no place in a message.
    func text(_ text: String) throws -> UnsafeMutablePointer<CChar> {
        let characters = text.utf8CString
        guard !characters.dropLast().contains(0) else { throw FormatFault.malformed(.nulInText, offset: nil) }
        return array(characters)
    }

    func texts(_ texts: [String]) throws -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let list = allocate(UnsafeMutablePointer<CChar>?.self, texts.count)
        for (index, text) in texts.enumerated() { (list + index).initialize(to: try self.text(text)) }
        return list
    }

    /// A copy of `bytes`.
    func data(_ bytes: [UInt8]) -> ProtobufCBinaryData { ProtobufCBinaryData(len: bytes.count, data: array(bytes)) }

    /// The bytes where they lie; the arena keeps them alive.
    func borrow(_ bytes: any TensorBytes) -> ProtobufCBinaryData {
        kept.append(bytes)
        return bytes.withUnsafeBytes { raw in
            let start = UnsafeMutablePointer(mutating: raw.baseAddress?.assumingMemoryBound(to: UInt8.self))
            return ProtobufCBinaryData(len: raw.count, data: start)
        }
    }
}
