/// Why an operator stays float.
public enum FloatReason: Sendable, Hashable {
    /// `--exclude` names it.
    case excluded
    /// Its release to float helps to keep a tolerance.
    case released
    /// No operator of this name is known here.
    case unknownOperator
    /// The operator has no form on integers, or is never worth one (shape arithmetic, masks, normalization).
    case role
    /// Both operands of a product vary (attention): neither is a weight.
    case noConstantWeight
    /// The weight or the data is not float32.
    case elementType
    /// A form that runtimes do not run on integers; the text says which.
    case form(String)
    /// Its inputs come from float operators, or its output goes to them: a grid would cost accuracy and save nothing.
    case betweenFloatOperators
    /// It goes on from other operators in float, and their common result is rounded once at the end.
    case roundedOnce
    /// A product that closes the model with hardly any of its work.
    case negligible
    /// Its weight or output is quantized in the model as it came.
    case alreadyQuantized
}

extension FloatReason: CustomStringConvertible {
    /// The reason as reports word it.
    public var description: String {
        switch self {
        case .excluded: "excluded by --exclude"
        case .released: "released to keep the tolerance"
        case .unknownOperator: "unknown operator"
        case .role: "no integer form, or never worth one"
        case .noConstantWeight: "both operands vary (no constant weight)"
        case .elementType: "not float32"
        case .form(let form): form
        case .betweenFloatOperators: "between float operators: a grid would cost accuracy and save nothing"
        case .roundedOnce: "computed in float from one grid to the next: rounding once is as fast and errs less"
        case .negligible: "hardly any of the work, at the end: a grid would cost accuracy and save nothing"
        case .alreadyQuantized: "quantized already"
        }
    }
}
