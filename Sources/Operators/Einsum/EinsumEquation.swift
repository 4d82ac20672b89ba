/// What an axis is called in an equation of Einstein's summation.
public enum EinsumLabel: Sendable, Hashable {
    case letter(Character)
    /// An axis that an ellipsis stands for, counted from the last of them.
    case rest(Int)
}

/// An equation as it is written: the labels of each operand's axes and of the result's.
public struct EinsumEquation: Sendable {
    private enum Term: Sendable, Hashable {
        case letter(Character)
        case ellipsis
    }

    private let operands: [[Term]]
    private let result: [Term]

    /// Throws `OperatorFault.attribute` where the text is no equation.
    public init(_ text: String) throws {
        let sides = text.filter { $0 != " " }.split(separator: "->", omittingEmptySubsequences: false)
        guard sides.count <= 2 else { throw Self.fault("'\(text)' has more than one arrow") }
        operands = try sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Self.terms)
        if sides.count == 2 {
            result = try Self.terms(sides[1])
            let named = Set(operands.joined())
            guard Set(result).count == result.count, named.isSuperset(of: result) else {
                throw Self.fault("the result of '\(text)' repeats a letter, or has one that no operand has")
            }
        } else {
            let all = operands.flatMap(\.self)
            let single = Set(all).filter { term in term != .ellipsis && all.filter { $0 == term }.count == 1 }
            let letters = single.compactMap { if case .letter(let letter) = $0 { letter } else { nil } }.sorted()
            result = (all.contains(.ellipsis) ? [.ellipsis] : []) + letters.map(Term.letter)
        }
    }

    private static func fault(_ text: String) -> OperatorFault { .attribute("equation", text) }

    private static func terms(_ text: Substring) throws -> [Term] {
        var terms: [Term] = []
        var rest = text
        while let first = rest.first {
            if rest.hasPrefix("...") {
                guard !terms.contains(.ellipsis) else { throw fault("'\(text)' has more than one ellipsis") }
                terms.append(.ellipsis)
                rest = rest.dropFirst(3)
            } else {
                guard first.isASCII, first.isLetter else { throw fault("'\(first)' is no letter") }
                terms.append(.letter(first))
                rest = rest.dropFirst()
            }
        }
        return terms
    }

    /// The labels of the operands' axes and of the result's, for operands of these ranks. Throws `OperatorFault`.
    public func bound(ranks: [Int]) throws -> (operands: [[EinsumLabel]], result: [EinsumLabel]) {
        guard ranks.count == operands.count else {
            throw Self.fault("it has \(operands.count) operands, the node has \(ranks.count) inputs")
        }
        var most = 0
        let labels = try operands.indices.map { index -> [EinsumLabel] in
            let terms = operands[index], hidden = ranks[index] - terms.filter { $0 != .ellipsis }.count
            guard hidden == 0 || (hidden > 0 && terms.contains(.ellipsis)) else {
                throw OperatorFault.rank(input: index, got: ranks[index], expected: "\(ranks[index] - hidden)")
            }
            most = max(most, hidden)
            return Self.labels(terms, hidden: hidden)
        }
        return (labels, Self.labels(result, hidden: most))
    }

    private static func labels(_ terms: [Term], hidden: Int) -> [EinsumLabel] {
        terms.flatMap { term -> [EinsumLabel] in
            switch term {
            case .letter(let letter): [.letter(letter)]
            case .ellipsis: (0..<hidden).reversed().map(EinsumLabel.rest)
            }
        }
    }
}
