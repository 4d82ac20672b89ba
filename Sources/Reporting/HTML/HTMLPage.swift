/// A page that needs no other file.
struct HTMLPage {
    let title: String

    /// The page: paragraphs and a table.
    func text(_ paragraphs: [String], titles: [String], rows: [String]) -> String {
        let head = titles.map { "<th>\($0.escaped)</th>" }.joined()
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>\(title.escaped)</title>
            <style>
            body { font: 14px/1.4 sans-serif; margin: 2em }
            table { border-collapse: collapse }
            th, td { padding: 2px 8px; text-align: left; border-bottom: 1px solid #ddd }
            td.bar { background: linear-gradient(#9cf, #9cf) no-repeat left }
            </style>
            </head>
            <body>
            <h1>\(title.escaped)</h1>
            \(paragraphs.map { "<p>\($0.escaped)</p>" }.joined(separator: "\n"))
            <table>
            <tr>\(head)</tr>
            \(rows.joined(separator: "\n"))
            </table>
            </body>
            </html>

            """
    }

    /// A row of the table; `bar`, in 0...1, is drawn behind the second cell.
    static func row(_ cells: [String], bar: Double?) -> String {
        let texts = cells.enumerated().map { index, cell -> String in
            guard index == 1, let bar else { return "<td>\(cell.escaped)</td>" }
            let width = NumberText.fixed(100 * bar, 0)
            return "<td class=\"bar\" style=\"background-size: \(width)% 100%\">\(cell.escaped)</td>"
        }
        return "<tr>\(texts.joined())</tr>"
    }
}

extension String {
    /// The text as HTML shows it, control characters replaced.
    fileprivate var escaped: String {
        printable.reduce(into: "") { result, character in
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
