/// A value of the part of Python's literals that NumPy writes into headers.
enum PythonLiteral {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case tuple([PythonLiteral])
    case list([PythonLiteral])
    case dictionary([String: PythonLiteral])
}

/// Parses one literal; every departure from the grammar gives `nil`.
struct PythonLiteralParser {
    private let text: [UInt8]
    private var at = 0
    private var depth = 0

    private static let deepest = 16

    init(_ text: [UInt8]) { self.text = text }

    mutating func parse() -> PythonLiteral? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest, let first = peek() else { return nil }
        switch first {
        case UInt8(ascii: "{"): return dictionary()
        case UInt8(ascii: "("): return items(until: UInt8(ascii: ")")).map(PythonLiteral.tuple)
        case UInt8(ascii: "["): return items(until: UInt8(ascii: "]")).map(PythonLiteral.list)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return string().map(PythonLiteral.string)
        default: return word()
        }
    }

    /// The next byte that is no white space.
    private mutating func peek() -> UInt8? {
        while at < text.count, text[at] == 0x20 || (9...13).contains(text[at]) { at += 1 }
        return at < text.count ? text[at] : nil
    }

    private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: byte) else { return false }
        at += 1
        return true
    }

    private mutating func dictionary() -> PythonLiteral? {
        at += 1
        var entries: [String: PythonLiteral] = [:]
        while !skip("}") {
            guard peek() != nil, let key = string(), skip(":"), let value = parse() else { return nil }
            entries[key] = value
            guard skip(",") || peek() == UInt8(ascii: "}") else { return nil }
        }
        return .dictionary(entries)
    }

    private mutating func items(until end: UInt8) -> [PythonLiteral]? {
        at += 1
        var items: [PythonLiteral] = []
        while peek() != end {
            guard let item = parse() else { return nil }
            items.append(item)
            guard skip(",") || peek() == end else { return nil }
        }
        at += 1
        return items
    }

    private mutating func string() -> String? {
        guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        guard let end = text[(at + 1)...].firstIndex(of: quote) else { return nil }
        defer { at = end + 1 }
        return String(decoding: text[at + 1..<end], as: UTF8.self)
    }

    private mutating func word() -> PythonLiteral? {
        let end = text[at...].firstIndex { !isWordByte($0) } ?? text.count
        let word = String(decoding: text[at..<end], as: UTF8.self)
        at = end
        switch word {
        case "True": return .boolean(true)
        case "False": return .boolean(false)
        default:
            let digits = word.hasSuffix("L") ? String(word.dropLast()) : word
            return Int(digits).map(PythonLiteral.integer)
        }
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "+"):
            true
        default: false
        }
    }
}
