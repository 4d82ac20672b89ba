internal import GraphIR
internal import Operators

/// What stays float between grids where a runtime computes there at no cost.
///
/// Each grid rounds. What is computed element by element from one value, as x times its sigmoid or a hard swish with a
/// scale and a shift, is rounded once at its end; and so is what sums, multiplies or averages such results.
extension PlacementPlanner {
    /// The most operators of one function.
    private static let mostNodes = 8
    /// Those that runtimes have on integers, so that one alone is better off there.
    private static let integerFunctions: Set<String> = [
        "Add", "Sub", "Mul", "Div", "Min", "Max", "Clip", "Relu", "LeakyRelu", "Sigmoid",
    ]
    private static let followers: Set<String> = ["Add", "Sub", "Mul", "GlobalAveragePool", "ReduceMean"]

    /// The values on grids from which the element-wise node at `position` and those before it compute in float; `nil` where
    /// it works on integers.
    mutating func floatSources(_ position: Int) -> Set<String>? {
        if let known = knownFloatSources[position] { return known }
        let sources = functionSource(position).map { [$0] } ?? followedSources(position)
        knownFloatSources[position] = .some(sources)
        return sources
    }

    /// The one value from which alone operators compute the result of the one at `position`; `nil` where others read the
    /// values between.
    private func functionSource(_ position: Int) -> String? {
        var nodes: Set = [position], sources = varyingInputs(position), found: String?
        let node = graph.nodes[position]
        guard ReaderResponse.elementwise.contains(node.opType) else { return nil }
        if !Self.integerFunctions.contains(node.opType), sources.count == 1 { found = sources.first }
        while nodes.count < Self.mostNodes, let next = sources.sorted().first(where: { isInner($0, nodes) }),
            let producer = index.producer[next]
        {
            sources.remove(next)
            sources.formUnion(varyingInputs(producer))
            nodes.insert(producer)
            if sources.count == 1, let source = sources.first, onGrid.contains(source) { found = source }
        }
        return found.flatMap { isFasterOnIntegers(nodes, from: $0, to: position) ? nil : $0 }
    }

    /// Whether nodes are x times its sigmoid and nothing else: two operators that runtimes have on integers take less time
    /// than the conversions around them, of which x needs one for each. Beside a convolution in groups, as a depthwise one,
    /// where a Mul node may have to make channels equal, they stay float.
    private func isFasterOnIntegers(_ nodes: Set<Int>, from source: String, to position: Int) -> Bool {
        guard nodes.count == 2, graph.nodes[position].isStandard("Mul"), varyingInputs(position).count == 2,
            nodes.contains(where: { graph.nodes[$0].isStandard("Sigmoid") })
        else { return false }
        let neighbours = (index.producer[source].map { [$0] } ?? [])
            + (index.consumers[graph.nodes[position].outputs[0]] ?? [])
        return !neighbours.contains { graph.nodes[$0].isStandard("Conv") && graph.nodes[$0].int("group") ?? 1 > 1 }
    }

    /// Those of a node that goes on from results of others in float.
    private mutating func followedSources(_ position: Int) -> Set<String>? {
        guard Self.followers.contains(graph.nodes[position].opType) else { return nil }
        var sources: Set<String> = [], followsFloat = false
        for input in varyingInputs(position) {
            if let producer = index.producer[input], candidates.contains(producer), unitOutput(producer) == input,
                let before = floatSources(producer)
            {
                sources.formUnion(before)
                followsFloat = true
            } else {
                sources.insert(input)
            }
        }
        return followsFloat ? sources : nil
    }

    private func varyingInputs(_ position: Int) -> Set<String> {
        Set(graph.nodes[position].inputs.filter { !$0.isEmpty && facts[$0]?.constant == nil })
    }

    /// Whether an operator that works element by element gives the value to `nodes` alone.
    private func isInner(_ value: String, _ nodes: Set<Int>) -> Bool {
        guard let producer = index.producer[value], !index.outputs.contains(value) else { return false }
        let node = graph.nodes[producer]
        return (node.domain ?? "").isStandardDomain && ReaderResponse.elementwise.contains(node.opType)
            && node.outputs.count == 1 && nodes.isSuperset(of: index.consumers[value] ?? [])
    }
}
