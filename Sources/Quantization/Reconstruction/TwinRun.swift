internal import Calibration
internal import GraphIR
internal import Kernels
internal import Operators

/// Runs a float model and its quantized form side by side over samples, node by node.
///
/// The quantized form is what `Rewriter` will write, as float arithmetic: values placed on grids are rounded to them,
/// products use their rounded weights. When a product is reached, whoever drives the run may still choose its weights:
/// they then see the error of all that comes before, rounded as it will be. Values live until their last reader.
struct TwinRun {
    /// One value of one batch of samples.
    struct Twin {
        /// `nil` once no float form reads it, where the quantized form has another.
        var float: Tensor?
        /// The value in the quantized form.
        var quantized: Tensor
        /// What quantized readers see, where others see `quantized`.
        var dequantized: Tensor?

        /// Whether the quantized form has the float value itself.
        var isExact: Bool { quantized.bytes === float?.bytes }
    }

    /// The operands and the float result of a product in all batches.
    struct Layer {
        let node: Node
        let product: Placement.Product
        /// For each batch the quantized data and the float output, its bias added.
        let data: [Tensor]
        let outputs: [Tensor]
        /// The function that alone reads what the product gives, on a grid of its own.
        let response: ReaderResponse?
    }

    private static let mostBytes = 5 << 24

    private let model: Model
    private let placement: Placement
    private let grids: GridChoice
    private var batches: [[String: Twin]]
    private let index: GraphIndex
    private let lastReader: [String: Int]

    init(_ variant: OutputTrials.Variant, samples: [Sample]) {
        model = variant.model
        placement = variant.placement
        grids = GridChoice(variant)
        batches = samples.map { $0.values.mapValues { Twin(float: $0, quantized: $0) } }
        index = GraphIndex(model.graph)
        lastReader = index.consumers.compactMapValues(\.last)
    }

    /// Runs all nodes. `visit` is called with each product and its operands before the quantized form runs it; what it
    /// returns takes the place of the weight rounded to nearest. Throws what operators and `visit` throw.
    mutating func run(visit: (Int, Layer) throws -> RoundedWeight?) throws {
        for position in model.graph.nodes.indices {
            let node = model.graph.nodes[position]
            try runFloat(position, node)
            keepWithinMemory()
            var weight: RoundedWeight?
            if let product = placement.products[position] {
                if let layer = layer(position, node, product) { weight = try visit(position, layer) }
                weight = weight ?? nearest(product)
            }
            try runQuantized(position, node, weight)
            for name in node.inputs { model.graph.initializers[name]?.bytes.setAside() }
        }
    }

    /// Lets the last samples go where the values still to be read take too many bytes.
    private mutating func keepWithinMemory() {
        while batches.count > 1, batches.reduce(0, { $0 + Self.bytes($1) }) > Self.mostBytes {
            batches.removeLast()
        }
    }

    private static func bytes(_ values: [String: Twin]) -> Int {
        values.values.reduce(0) { sum, twin in
            sum + twin.quantized.bytes.count + (twin.dequantized?.bytes.count ?? 0)
                + (twin.isExact ? 0 : twin.float?.bytes.count ?? 0)
        }
    }

    /// The outputs of the model in all batches; those that no node reads on.
    func output(_ name: String) -> [Twin] { batches.compactMap { $0[name] } }

    private func value(_ name: String, _ batch: Int) -> Twin? {
        batches[batch][name] ?? model.graph.initializers[name].map { Twin(float: $0, quantized: $0) }
    }

    private mutating func runFloat(_ position: Int, _ node: Node) throws {
        var run = try NodeRun(node, of: model)
        let operands = node.operands
        let fixed = operands.map { model.graph.initializers[$0] != nil }
        var held = 0
        for batch in batches.indices {
            // Samples that there is no room for need not be computed first.
            guard batch == 0 || held < Self.mostBytes else { return batches.removeLast(batches.count - batch) }
            let inputs = operands.map { $0.isEmpty ? nil : value($0, batch)?.float }
            for case (let name, let tensor?) in zip(node.outputs, try run(inputs, fixed: fixed)) where !name.isEmpty {
                batches[batch][name] = Twin(float: tensor, quantized: tensor)
                // The quantized form will have another.
                held += tensor.bytes.count
            }
            for name in node.valuesRead where lastReader[name] == position && batches[batch][name]?.isExact == false {
                batches[batch][name]?.float = nil
            }
            held += Self.bytes(batches[batch])
        }
    }

    // MARK: The quantized form

    private func layer(_ position: Int, _ node: Node, _ product: Placement.Product) -> Layer? {
        let data = batches.indices.compactMap { quantizedOperand(node.inputs[product.role.data], of: position, $0) }
        let outputs = batches.compactMap { $0[node.outputs[0]]?.float }
        guard data.count == batches.count, outputs.count == batches.count else { return nil }
        let response = placement.values[node.outputs[0]] == nil
            ? nil : ReaderResponse(of: node.outputs[0], in: model, index)
        return Layer(node: node, product: product, data: data, outputs: outputs, response: response)
    }

    private func nearest(_ product: Placement.Product) -> RoundedWeight? {
        guard !product.isWeightQuantized, let tensor = model.graph.initializers[product.weight] else { return nil }
        return RoundedWeight(
            grid: product.weightGrid, integers: WeightGrids.quantize(tensor, on: product.weightGrid), bias: nil)
    }

    /// What the quantized node at `position` reads in place of a value.
    private func quantizedOperand(_ name: String, of position: Int, _ batch: Int) -> Tensor? {
        let grid = grids.read(name, by: position)
        if placement.constants.contains(name), let grid { return model.graph.initializers[name]?.rounded(to: grid) }
        guard let twin = value(name, batch) else { return nil }
        guard let placed = placement.values[name] else { return twin.quantized }
        let made = placed.servesAllReaders ? twin.quantized : twin.dequantized
        guard let grid, grid != grids.made(name) else { return made }
        return made?.rounded(to: grid)
    }

    private mutating func runQuantized(_ position: Int, _ node: Node, _ weight: RoundedWeight?) throws {
        var run = try NodeRun(node, of: model)
        let isQuantized = placement.quantizedNodes.contains(position), operands = node.operands
        let rounded = weight.map { ($0.integers.dequantized(from: $0.grid), $0.bias.map { Tensor($0, [$0.count]) }) }
        for batch in batches.indices {
            var inputs = operands.map { name -> Tensor? in
                if name.isEmpty { return nil }
                return isQuantized ? quantizedOperand(name, of: position, batch) : value(name, batch)?.quantized
            }
            var fixed = operands.map { model.graph.initializers[$0] != nil }
            if let (weight, bias) = rounded, let role = placement.products[position]?.role {
                inputs[role.weight] = weight
                if let bias, let index = role.bias {
                    while inputs.count <= index { (inputs, fixed) = (inputs + [nil], fixed + [true]) }
                    inputs[index] = bias
                }
            }
            let isSame = zip(operands, inputs).allSatisfy { name, tensor in
                name.isEmpty || tensor?.bytes === value(name, batch)?.float?.bytes
            }
            let outputs = isSame ? node.outputs.map { batches[batch][$0]?.float } : try run(inputs, fixed: fixed)
            for case (let name, let tensor?) in zip(node.outputs, outputs) where !name.isEmpty {
                batches[batch][name]?.quantized = tensor
                round(name, batch)
            }
            for name in node.valuesRead where lastReader[name] == position { batches[batch][name] = nil }
        }
    }

    private mutating func round(_ name: String, _ batch: Int) {
        guard let placed = placement.values[name], let grid = grids.made(name),
            let tensor = batches[batch][name]?.quantized
        else { return }
        let rounded = tensor.rounded(to: grid)
        if placed.servesAllReaders {
            batches[batch][name]?.quantized = rounded
        } else {
            batches[batch][name]?.dequantized = rounded
        }
    }
}

extension TwinRun {
    /// Rounds the inputs of the model that are placed on grids; to be called once, before `run`.
    mutating func roundInputs() {
        for input in model.graph.requiredInputs {
            for batch in batches.indices { round(input.name, batch) }
        }
    }
}
