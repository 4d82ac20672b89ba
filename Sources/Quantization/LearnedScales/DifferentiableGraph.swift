internal import Calibration
internal import GraphIR
internal import Operators

/// A quantized graph that tells how far its values are from the float graph's, and how that changes with the scales.
///
/// The graph runs in float arithmetic; values placed on grids are rounded (`LearnedValue`), weights carry the noise of
/// rounding (`NoisyProduct`). Compared are the outputs, and what goes into operators without a gradient: there the graph
/// falls apart into blocks, each of which is brought close to float by itself.
struct DifferentiableGraph: Sendable {
    struct Step: Sendable {
        let position: Int
        let node: Node
        let isQuantized: Bool
        nonisolated(unsafe) let kernel: PreparedNode
        let rule: (any GradientRule)?
        /// Which inputs a gradient is wanted by.
        let wanted: [Bool]
    }

    /// What the weights of products are in one run.
    typealias Weights = [Int: NoisyProduct.Draw]

    let steps: [Step]
    let values: [String: LearnedValue]
    let products: [Int: NoisyProduct]
    let initializers: [String: Tensor]
    let constants: [String: Tensor]
    /// The names of the values that are compared.
    private(set) var targets: [String] = []
    /// Multiply-accumulates of a run and elements of all values.
    private(set) var work = (products: 0, elements: 0)
    private let targetElements: Int

    /// For samples with the extents of `sample`. Throws where a node does not run alone.
    init(
        _ variant: OutputTrials.Variant, values: [String: LearnedValue], products: [Int: NoisyProduct],
        outputs: Set<String>, sample: Sample
    ) throws {
        let graph = variant.model.graph, index = GraphIndex(graph)
        self.values = values
        self.products = products
        var constants: [String: Tensor] = [:]
        for name in variant.placement.constants {
            guard let tensor = graph.initializers[name], let grid = variant.grids[name] else { continue }
            constants[name] = tensor.rounded(to: grid)
        }
        self.constants = constants
        let needed = Self.ancestors(of: outputs, graph, index)
        var seen = sample.values, steps: [Step] = [], targets = outputs
        // What follows from extents alone is known here, for all samples have the same.
        var given = Set(sample.values.keys)
        var varying = Set(values.values.filter(\.isDithered).map(\.name))
        for position in graph.nodes.indices where needed.contains(position) {
            let node = graph.nodes[position], opset = variant.model.opset(node.domain) ?? 1
            let inputs = node.inputs.map { name in name.isEmpty ? nil : seen[name] ?? graph.initializers[name] }
            let varies = node.inputs.map { varying.contains($0) }
            let isFixed = node.inputs.enumerated().map { index, name in
                !given.contains(name) && (index != 1 || products[position] == nil)
            }
            if !node.readsExtentsAlone, node.valuesRead.contains(where: given.contains) { given.formUnion(node.outputs) }
            let facts = zip(inputs, isFixed).map { tensor, isFixed in tensor.map { Facts($0, isFixed: isFixed) } }
            let kernel = try PreparedNode(node, opset: opset, inputs: facts)
            let results = try kernel.run(inputs)
            for case (let name, let result?) in zip(node.outputs, results) where !name.isEmpty { seen[name] = result }
            let rule = (results.first ?? nil).flatMap {
                GradientRules.make(node, opset: opset, inputs: inputs, output: $0, varies: varies)
            }
            if rule != nil {
                varying.insert(node.outputs[0])
            } else {
                for (name, varies) in zip(node.inputs, varies) where varies { targets.insert(name) }
            }
            let sums = variant.placement.products[position].flatMap { Self.sums($0, inputs) } ?? 0
            for case let result? in results {
                work.elements += result.elementCount
                work.products += result.elementCount * sums
            }
            steps.append(Step(
                position: position, node: node, isQuantized: variant.placement.quantizedNodes.contains(position),
                kernel: kernel, rule: rule, wanted: varies))
        }
        self.steps = steps
        initializers = graph.initializers.reduce(into: [:]) { $0[$1.key] = $1.value }
        self.targets = targets.filter { varying.contains($0) && seen[$0]?.elementType == .float32 }.sorted()
        targetElements = self.targets.reduce(0) { $0 + (seen[$1]?.elementCount ?? 0) }
    }

    /// How many samples' targets, and the values of a run beside, take so many bytes; 0 where the run alone takes more.
    func mostSamples(within bytes: Int) -> Int {
        let float = MemoryLayout<Float>.stride
        return 2 * work.elements * float > bytes ? 0 : bytes / max(targetElements * float, 1)
    }

    /// How many numbers each sum of a product runs over.
    private static func sums(_ product: Placement.Product, _ inputs: [Tensor?]) -> Int? {
        guard product.role.weight < inputs.count, let weight = inputs[product.role.weight] else { return nil }
        return product.terms(of: weight)
    }

    /// The nodes that `values` depend on.
    private static func ancestors(of values: Set<String>, _ graph: Graph, _ index: GraphIndex) -> Set<Int> {
        var open = values.compactMap { index.producer[$0] }, found = Set(open)
        while let position = open.popLast() {
            for name in graph.nodes[position].valuesRead {
                if let producer = index.producer[name], found.insert(producer).inserted { open.append(producer) }
            }
        }
        return found
    }

    /// The float graph's targets. Throws what kernels throw.
    func reference(_ sample: Sample) throws -> [Tensor] {
        var given = sample.values
        for step in steps {
            let inputs = step.node.inputs.map { given[$0] ?? initializers[$0] }
            for case (let name, let result?) in zip(step.node.outputs, try step.kernel.run(inputs)) {
                given[name] = result
            }
        }
        return targets.compactMap { given[$0] }
    }
}
