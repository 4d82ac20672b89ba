import CONNXProto
import GraphIR
import OrderedCollections

extension MessageReader {
    func graph(_ message: UnsafeMutablePointer<GraphProto>) throws -> Graph {
        let fields = message.pointee
        var graph = Graph(
            name: try text(fields.name, "GraphProto.name"), nodes: try messages(fields.n_node, fields.node).map(node),
            initializers: try initializers(messages(fields.n_initializer, fields.initializer)),
            inputs: try messages(fields.n_input, fields.input).map(valueInfo),
            outputs: try messages(fields.n_output, fields.output).map(valueInfo),
            valueInfo: try messages(fields.n_value_info, fields.value_info).map(valueInfo))
        graph.sparseInitializerNames = try messages(fields.n_sparse_initializer, fields.sparse_initializer)
            .compactMap { try text($0.pointee.values?.pointee.name, "TensorProto.name") }
        message.pointee.name = nil
        message.pointee.n_node = 0
        message.pointee.n_initializer = 0
        message.pointee.n_input = 0
        message.pointee.n_output = 0
        message.pointee.n_value_info = 0
        graph.rest = message.packed
        return graph
    }

    private func initializers(
        _ messages: [UnsafeMutablePointer<TensorProto>]
    ) throws -> OrderedDictionary<String, Tensor> {
        var initializers = OrderedDictionary<String, Tensor>(minimumCapacity: messages.count)
        for message in messages {
            guard let name = try text(message.pointee.name, "TensorProto.name"), !name.isEmpty else {
                throw FormatFault.unnamedInitializer
            }
            message.pointee.name = nil
            let tensor = try at(.initializer(name)) { try self.tensor(message) }
            guard initializers.updateValue(tensor, forKey: name) == nil else {
                throw FormatFault.duplicateInitializer(name)
            }
        }
        return initializers
    }
}

extension MessageWriter {
    func graph(_ graph: Graph) throws -> UnsafeMutablePointer<GraphProto> {
        let message = try message(graph.rest, GraphProto.self)
        message.pointee.name = try text(graph.name)
        message.pointee.n_node = graph.nodes.count
        message.pointee.node = arena.list(try graph.nodes.map(node))
        message.pointee.n_initializer = graph.initializers.count
        message.pointee.initializer = arena.list(
            try graph.initializers.map { name, tensor in
                try at(.initializer(name)) {
                    let initializer = try self.tensor(tensor)
                    initializer.pointee.name = try arena.text(name)
                    return initializer
                }
            })
        message.pointee.n_input = graph.inputs.count
        message.pointee.input = arena.list(try graph.inputs.map(valueInfo))
        message.pointee.n_output = graph.outputs.count
        message.pointee.output = arena.list(try graph.outputs.map(valueInfo))
        message.pointee.n_value_info = graph.valueInfo.count
        message.pointee.value_info = arena.list(try graph.valueInfo.map(valueInfo))
        return message
    }
}
