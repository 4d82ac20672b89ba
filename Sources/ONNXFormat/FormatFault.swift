public import GraphIR

/// What is wrong with a file or with what is to be written to it.
public enum FormatFault: Error, Sendable, Hashable {
    /// The operating system refused; `code` is its `errno`.
    case system(FileOperation, code: Int32)
    /// A folder, a device, a pipe or a socket stands where a file was to be opened or created.
    case notRegularFile(FileOperation)
    case emptyFile
    /// The bytes are not a protobuf message of this format; `offset` is in bytes, where it is known.
    case malformed(WireFault, offset: Int?)
    /// The message has no graph: some other kind of file, or a broken one.
    case noGraph
    /// A field without which the message has no meaning, as `Message.field`.
    case missingField(String)
    /// A name is not UTF-8 text.
    case notText(field: String)
    case unnamedInitializer
    case duplicateInitializer(String)
    /// A number that is none of `TensorProto.DataType` up to IR version 13.
    case unknownElementType(Int)
    /// A number that is none of `AttributeProto.AttributeType`.
    case unknownAttributeType(Int)
    /// An attribute holds values of several kinds.
    case severalValues
    /// An extent is negative, or their product is more than memory can hold.
    case extents([Int])
    /// A tensor's data has another size than its type and extents say; in bytes, or elements where `typed`.
    case dataSize(expected: Int, got: Int, typed: Bool)
    /// A value of a typed field does not fit the tensor's element type.
    case valueOutOfRange(ElementType)
    /// A string tensor keeps its elements in a place where strings cannot be.
    case misplacedStrings
    case external(ExternalDataFault)
    /// More bytes than a protobuf message may have, which is 2 GiB.
    case tooLarge(Int)
}

/// Why bytes are not a message.
public enum WireFault: Sendable, Hashable {
    /// A field reaches past the end of the message around it.
    case truncated
    /// A field number or wire type that does not exist, or a group.
    case badField
    /// Messages lie within messages deeper than `WireSkeleton.depthLimit`.
    case tooDeep
    /// A text contains a NUL character.
    case nulInText
    /// A field has another type than the format says.
    case badContents
}

/// What is wrong with a tensor's data in a file beside the model.
public enum ExternalDataFault: Sendable, Hashable {
    case missingLocation
    /// The location is absolute, contains `..`, or is a link that leads out of the model's folder.
    case outsideFolder(location: String)
    /// The model was given as bytes, so there is no folder to look in.
    case noFolder(location: String)
    case notRegularFile(location: String)
    case cannotOpen(location: String, code: Int32)
    /// `offset` or `length` is not a number.
    case badNumber(key: String, value: String)
    /// The data would reach past the end of the file; all in bytes.
    case outsideFile(location: String, offset: Int, length: Int, fileSize: Int)
    /// `length` is not what type and extents say; in bytes.
    case length(location: String, expected: Int, got: Int)
}

/// What was asked of the operating system.
public enum FileOperation: Sendable, Hashable {
    case open, inspect, map, create, write, synchronize, rename
}

/// A part of a model, for messages.
public enum FormatPlace: Sendable, Hashable {
    case function(String)
    /// As `Node.label` words it.
    case node(String)
    case attribute(String)
    case initializer(String)
    case value(String)
}

/// A fault together with the file and the part of it that it was found in.
public struct FileFault: Error, Sendable, Hashable {
    /// As the caller gave it; empty for bytes in memory.
    public var path: String
    /// From the outside in.
    public var place: [FormatPlace]
    public var fault: FormatFault

    public init(path: String, place: [FormatPlace] = [], fault: FormatFault) {
        self.path = path
        self.place = place
        self.fault = fault
    }
}

/// Adds the place to a fault that `body` throws.
func at<R>(_ place: @autoclosure () -> FormatPlace, _ body: () throws -> R) throws -> R {
    do {
        return try body()
    } catch var fault as FileFault {
        fault.place.insert(place(), at: 0)
        throw fault
    } catch let fault as FormatFault {
        throw FileFault(path: "", place: [place()], fault: fault)
    }
}

/// Adds the path to a fault that `body` throws.
func inFile<R>(_ path: String, _ body: () throws -> R) throws -> R {
    do {
        return try body()
    } catch var fault as FileFault {
        if fault.path.isEmpty { fault.path = path }
        throw fault
    } catch let fault as FormatFault {
        throw FileFault(path: path, fault: fault)
    }
}
