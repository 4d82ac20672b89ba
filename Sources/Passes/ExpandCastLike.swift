public import GraphIR
internal import Operators

/// Makes Casts of CastLikes, so that what is made of constants is constant. Exporters' functions hold many.
///
/// - Before: `x, t -> CastLike -> y`
/// - After: `x -> Cast -> y`
/// - Conditions: the element type of t is known.
/// - Formula: `y = x`, in the element type of t
/// - Source: the definition of CastLike.
public struct ExpandCastLike: Pass {
    public static let name = "expand-cast-like"
    public static let operators: [String]? = ["CastLike"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        Expansion.run(&model) { node, expansion in
            guard node.isStandard("CastLike"), let x = node.input(0), let like = node.input(1),
                let type = expansion.facts(like)?.elementType
            else { return nil }
            let to = Attribute("to", Int(type.rawValue))
            return [expansion.add("Cast", [x], attributes: node.attributes + [to])]
        }
    }
}
