/// Rows of cells in aligned columns under a line of titles.
struct TextTable {
    enum Alignment {
        case leading
        case trailing
    }

    private let titles: [String]
    private let alignments: [Alignment]
    private(set) var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) {
        titles = columns.map(\.title)
        alignments = columns.map(\.alignment)
    }

    /// Adds a row with a cell for each column.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == titles.count, "a cell for each column")
        rows.append(cells.map(\.printable))
    }

    /// The lines, titles first, without trailing spaces.
    var lines: [String] {
        let widths = titles.indices.map { column in
            ([titles] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([titles] + rows).map { cells in
            let padded = cells.indices.map { column -> String in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return alignments[column] == .leading ? cells[column] + space : space + cells[column]
            }
            return padded.joined(separator: "  ").withoutTrailingSpaces
        }
    }
}

/// Labels and what belongs to them, in two columns; a long text goes on under itself.
struct TextFields {
    /// Columns of the terminal that a line fills at most, where it can be broken.
    private static let width = 100

    private var fields: [(label: String, lines: [String])] = []

    /// Adds a label with its lines; nothing where there are none.
    mutating func add(_ label: String, _ lines: [String]) {
        if !lines.isEmpty { fields.append((label, lines.map(\.printable))) }
    }

    mutating func add(_ label: String, _ line: String) { add(label, [line]) }

    var lines: [String] {
        let indent = (fields.map(\.label.count).max() ?? 0) + 2
        return fields.flatMap { label, texts in
            let wrapped = texts.flatMap { $0.wrapped(to: Self.width - indent) }
            return wrapped.enumerated().map { number, line in
                let start = number == 0 ? label : ""
                return start + String(repeating: " ", count: indent - start.count) + line
            }
        }
    }
}

extension String {
    /// The text in one line, every other control character replaced: a name from a file cannot steer the terminal.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n" || scalar == "\t": " "
            case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
            default: scalar
            }
        }))
    }

    fileprivate var withoutTrailingSpaces: String {
        var result = self[...]
        while result.last == " " { result = result.dropLast() }
        return String(result)
    }

    /// The text broken at spaces into lines of at most `width` characters; a longer word stays whole. Lines after the
    /// first are set in by two.
    fileprivate func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = "  " + word
            } else {
                line += line.isEmpty ? String(word) : " " + word
            }
        }
        return lines + [line]
    }
}
