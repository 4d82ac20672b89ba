public import GraphIR
internal import OrderedCollections

/// Writes a placement into a graph: QuantizeLinear/DequantizeLinear pairs after activations, integer weights and biases
/// behind DequantizeLinear.
///
/// Where a producer works on integers its float result gets a new name and the dequantized value takes over the old one,
/// so that every reader, subgraphs and outputs of the graph included, sees what the runtime will compute.
public struct Rewriter {
    private var model: Model
    private let placement: Placement
    private let grids: GridChoice
    private var names: GraphNames
    private var nodes: [Node] = []
    /// The value that quantized readers read, where it has another name than the float value.
    private var dequantized: [String: String] = [:]
    /// What readers read that have a value on another grid than it is made on.
    private var converted: [String: String] = [:]
    /// Integer weights and biases, so that shared ones stay shared.
    private var weights: [WeightKey: String] = [:]
    /// What the user should know of.
    private var notes: [String] = []

    private struct WeightKey: Hashable {
        let name: String
        let grid: Grid
        /// The numbers of a bias, which differ where one is corrected.
        var values: [Float] = []
    }

    /// The quantized model and notes on what had to give way. The variant has one per-tensor grid for each group of
    /// values and for each constant that its placement names. The model's opset is 13 or more, and does not change: one
    /// with activations of 16 bits is valid from `WideActivations.leastOpset` on. O(model).
    public static func rewrite(_ variant: OutputTrials.Variant) -> (model: Model, notes: [String]) {
        var rewriter = Rewriter(variant)
        rewriter.run()
        return (rewriter.model, rewriter.notes)
    }

    private init(_ variant: OutputTrials.Variant) {
        model = variant.model
        placement = variant.placement
        grids = GridChoice(variant)
        names = GraphNames(model.graph)
    }

    private mutating func run() {
        for input in model.graph.inputs where placement.values[input.name] != nil { addPair(input.name, from: input.name) }
        for (position, node) in model.graph.nodes.enumerated() {
            var node = node
            if let product = placement.products[position] {
                rewrite(&node, position, product)
            } else if placement.quantizedNodes.contains(position) {
                for (input, name) in node.inputs.enumerated() {
                    node.inputs[input] = quantizedOperand(name, of: position)
                }
            }
            let placed = node.outputs.filter { placement.values[$0] != nil }
            let renamed = renameOutputs(&node)
            nodes.append(node)
            for value in placed { addPair(value, from: renamed[value] ?? value) }
        }
        model.graph.nodes = nodes
    }

    /// Gives outputs that all readers shall see quantized a new name; by the old name.
    private mutating func renameOutputs(_ node: inout Node) -> [String: String] {
        var renamed: [String: String] = [:]
        for (position, output) in node.outputs.enumerated() where placement.values[output]?.servesAllReaders == true {
            let name = names.fresh(output + "_float")
            renamed[output] = name
            node.outputs[position] = name
        }
        return renamed
    }

    // MARK: Activations

    /// Adds the pair that makes `value` (readers' name) from `source` (the float value).
    private mutating func addPair(_ value: String, from source: String) {
        guard let grid = grids.made(value) else { return }
        let target = source == value ? names.fresh(value + "_dequantized") : value
        if source == value { dequantized[value] = target }
        addPair(value, on: grid, from: source, to: target)
    }

    /// Adds a QuantizeLinear and a DequantizeLinear node, named after `value`.
    private mutating func addPair(_ value: String, on grid: Grid, from source: String, to target: String) {
        let (scale, zeroPoint) = addGridConstants(grid, named: value)
        let integers = names.fresh(value + "_quantized")
        nodes.append(Node(
            "QuantizeLinear", name: names.fresh(value + "_QuantizeLinear"), inputs: [source, scale, zeroPoint],
            outputs: [integers]))
        nodes.append(Node(
            "DequantizeLinear", name: names.fresh(value + "_DequantizeLinear"), inputs: [integers, scale, zeroPoint],
            outputs: [target]))
    }

    /// What the quantized node at `position` reads in place of `name`. A second pair takes it to the grid of the node
    /// where it is made on another.
    private mutating func quantizedOperand(_ name: String, of position: Int) -> String {
        let grid = grids.read(name, by: position)
        if placement.constants.contains(name), let grid { return quantizedWeight(name, grid) }
        let made = dequantized[name] ?? name
        guard let grid, grid != grids.made(name) else { return made }
        if let known = converted[name] { return known }
        let target = names.fresh(name + "_converted")
        addPair(name, on: grid, from: made, to: target)
        converted[name] = target
        return target
    }

    // MARK: Products

    private mutating func rewrite(_ node: inout Node, _ position: Int, _ product: Placement.Product) {
        let data = node.inputs[product.role.data]
        guard let dataGrid = grids.read(data, by: position) else { return }
        node.inputs[product.role.data] = quantizedOperand(data, of: position)
        if let rounded = product.rounded, hasRoom(rounded, product, inputScale: dataGrid.scales[0]) {
            use(rounded, in: &node, product, inputScale: dataGrid.scales[0])
            return
        }
        let bias = product.bias.flatMap { model.graph.initializers[$0] }
        var grid = product.weightGrid
        if !product.isWeightQuantized {
            if let values = bias?.floats {
                let (roomy, raised) = WeightGrids.makingRoom(for: values, inputScale: dataGrid.scales[0], in: grid)
                grid = roomy
                if !raised.isEmpty {
                    notes.append("\(node.label): the bias needed a larger weight scale in \(raised.count) channels")
                }
            }
            node.inputs[product.role.weight] = quantizedWeight(product.weight, grid)
        }
        if let name = product.bias, let position = product.role.bias, let values = bias?.floats {
            node.inputs[position] = quantizedBias(name, values, inputScale: dataGrid.scales[0], grid)
        }
    }

    /// Whether the bias of a product fits int32 on the grid that goes with the weight chosen for it.
    private func hasRoom(_ rounded: RoundedWeight, _ product: Placement.Product, inputScale: Float) -> Bool {
        guard let bias = rounded.bias ?? product.bias.flatMap({ model.graph.initializers[$0]?.floats })
        else { return true }
        return WeightGrids.makingRoom(for: bias, inputScale: inputScale, in: rounded.grid).raised.isEmpty
    }

    /// Gives a product the weight and bias that were chosen for it alone.
    private mutating func use(
        _ rounded: RoundedWeight, in node: inout Node, _ product: Placement.Product, inputScale: Float
    ) {
        node.inputs[product.role.weight] = addDequantized(rounded.integers, named: product.weight, rounded.grid)
        guard let position = product.role.bias else { return }
        guard let values = rounded.bias ?? product.bias.flatMap({ model.graph.initializers[$0]?.floats }) else { return }
        while node.inputs.count <= position { node.inputs.append("") }
        node.inputs[position] = quantizedBias(
            product.bias ?? names.fresh(product.weight + "_bias"), values, inputScale: inputScale, rounded.grid)
    }

    /// The dequantized form of a constant on `grid`, made when it is first asked for.
    private mutating func quantizedWeight(_ name: String, _ grid: Grid) -> String {
        let key = WeightKey(name: name, grid: grid)
        if let known = weights[key] { return known }
        guard let tensor = model.graph.initializers[name] else { return name }
        let result = addDequantized(WeightGrids.quantize(tensor, on: grid), named: name, grid)
        weights[key] = result
        return result
    }

    private mutating func quantizedBias(_ name: String, _ values: [Float], inputScale: Float, _ grid: Grid) -> String {
        let (integers, scales) = WeightGrids.quantizeBias(values, inputScale: inputScale, scales: grid.scales)
        let biasGrid = Grid(
            .int32, scales: scales, zeroPoints: Array(repeating: 0, count: scales.count), axis: grid.axis == nil ? nil : 0)
        let key = WeightKey(name: name, grid: biasGrid, values: values)
        if let known = weights[key] { return known }
        let result = addDequantized(Tensor(integers, [integers.count]), named: name, biasGrid)
        weights[key] = result
        return result
    }

    /// Adds integers as an initializer behind a DequantizeLinear node and gives the node's output.
    private mutating func addDequantized(_ integers: Tensor, named name: String, _ grid: Grid) -> String {
        let quantized = names.fresh(name + "_quantized"), output = names.fresh(name + "_dequantized")
        model.graph.initializers[quantized] = integers
        let (scale, zeroPoint) = addGridConstants(grid, named: name)
        nodes.append(Node(
            "DequantizeLinear", name: names.fresh(name + "_DequantizeLinear"), inputs: [quantized, scale, zeroPoint],
            outputs: [output], attributes: grid.axis.map { [Attribute("axis", $0)] } ?? []))
        return output
    }

    private mutating func addGridConstants(_ grid: Grid, named name: String) -> (scale: String, zeroPoint: String) {
        let scale = names.fresh(name + "_scale"), zeroPoint = names.fresh(name + "_zero_point")
        let extents = grid.axis == nil ? [] : [grid.scales.count]
        model.graph.initializers[scale] = Tensor(grid.scales, extents)
        model.graph.initializers[zeroPoint] = Tensor(integers: grid.zeroPoints, extents, of: grid.elementType)
        return (scale, zeroPoint)
    }
}
