internal import GraphIR

/// A Mul node that gives each channel of a value a factor of its own, where no weight or normalization can take it.
struct FactorNode {
    enum Place {
        /// Before the grid of a value, for the quantized nodes that read it.
        case beforeGrid
        /// Behind the grid of a value, for all that read it.
        case behindGrid
    }

    let value: String
    let place: Place
    let channels: Int
    /// How many axes lie within that of the channels.
    let innerAxes: Int
}

extension OutputTrials.Variant {
    /// What adding nodes has made of names and positions.
    struct Additions {
        /// By the value's name, what its grid holds now.
        var placed: [String: String] = [:]
        /// By the value's name, the constant of its factors.
        var constants: [String: String] = [:]
        /// By old position, the new one.
        var positions: [Int] = []
    }

    /// Adds nodes that multiply by one, for `scale` to change; each value has one at most. A value keeps its name where it
    /// keeps its numbers. O(nodes).
    mutating func add(_ factorNodes: [FactorNode]) -> Additions {
        var additions = Additions(), names = GraphNames(model.graph)
        let index = GraphIndex(model.graph)
        var behind: [Int: [Node]] = [:]
        for added in factorNodes {
            let divided = names.fresh(added.value + "_divided"), constant = names.fresh(added.value + "_factors")
            let producer = index.producer[added.value]
            model.graph.initializers[constant] = Tensor(
                [Float](repeating: 1, count: added.channels),
                [added.channels] + Array(repeating: 1, count: added.innerAxes))
            var node = Node(
                "Mul", name: names.fresh(added.value + "_Mul"), inputs: [added.value, constant], outputs: [divided])
            switch added.place {
            case .beforeGrid:
                for reader in index.consumers[added.value] ?? [] where placement.quantizedNodes.contains(reader) {
                    model.graph.nodes[reader].inputs = model.graph.nodes[reader].inputs.map {
                        $0 == added.value ? divided : $0
                    }
                }
            case .behindGrid:
                guard let producer else { continue }
                (node.inputs[0], node.outputs[0]) = (divided, added.value)
                model.graph.nodes[producer].outputs = model.graph.nodes[producer].outputs.map {
                    $0 == added.value ? divided : $0
                }
            }
            behind[producer ?? -1, default: []].append(node)
            additions.placed[added.value] = divided
            additions.constants[added.value] = constant
        }
        additions.positions = insert(behind)
        rename(additions.placed)
        return additions
    }

    /// As `Graph.insert`; all that names positions follows.
    private mutating func insert(_ behind: [Int: [Node]]) -> [Int] {
        let positions = model.graph.insert(behind)
        placement.move(to: positions)
        scalings = scalings.map {
            Scaling(value: $0.value.moved(to: positions), changed: $0.changed, originals: $0.originals)
        }
        return positions
    }

    /// Gives placed values, none of which shares a grid, new names.
    private mutating func rename(_ placed: [String: String]) {
        for (old, new) in placed {
            guard var value = placement.values.removeValue(forKey: old) else { continue }
            value.group = new
            placement.values[new] = value
            grids[new] = grids.removeValue(forKey: old)
        }
    }
}

extension Placement {
    /// Follows nodes to new positions. O(nodes).
    fileprivate mutating func move(to positions: [Int]) {
        func moved<Value>(_ values: [Int: Value]) -> [Int: Value] {
            Dictionary(uniqueKeysWithValues: values.map { (positions[$0.key], $0.value) })
        }
        func moved(_ nodes: Set<Int>) -> Set<Int> { Set(nodes.map { positions[$0] }) }
        (products, floatNodes) = (moved(products), moved(floatNodes))
        (activationProducts, quantizedNodes) = (moved(activationProducts), moved(quantizedNodes))
        (lastConvolutions, computingNodes) = (moved(lastConvolutions), moved(computingNodes))
    }
}
