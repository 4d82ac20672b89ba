internal import GraphIR
internal import Operators

/// Upsample and the first Resize know nothing of coordinates: an output element lies at its index divided by the scale.
extension OpsetAdapterTable {
    /// Upsample: `height_scale` and `width_scale` became `scales` of all four dimensions.
    static func scalesOfHeightAndWidth(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard let height = node.float("height_scale"), let width = node.float("width_scale") else {
            throw AdapterRefusal("it has no attributes 'height_scale' and 'width_scale'")
        }
        var node = node
        node.removeAttribute("height_scale")
        node.removeAttribute("width_scale")
        node.set(Attribute("scales", .floats([1, 1, height, width])))
        if node.string("mode") == "bilinear" { node.set(Attribute("mode", "linear")) }
        return [node]
    }

    /// Resize: coordinates as before; the nearest element is the one before when it enlarges, the one behind when it
    /// shrinks.
    static func resizeWithCoordinates(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        var result = node
        guard let input = node.input(0), let scales = node.input(1) else {
            throw AdapterRefusal("it has no input 'scales'")
        }
        result.inputs = [input, "", scales]
        result.set(Attribute("coordinate_transformation_mode", "asymmetric"))
        if node.string("mode") ?? "nearest" == "nearest" {
            let factors = context.facts(scales)?.constant?.floats ?? []
            let shrinks = factors.contains { $0 < 1 }
            if shrinks, factors.contains(where: { $0 > 1 }) {
                throw AdapterRefusal("it enlarges one dimension and shrinks another to the nearest element")
            }
            result.set(Attribute("nearest_mode", shrinks ? "ceil" : "floor"))
        }
        return [result]
    }
}
