import CONNXProto
import GraphIR

extension MessageReader {
    func node(_ message: UnsafeMutablePointer<NodeProto>) throws -> Node {
        let fields = message.pointee
        var node = Node(
            try required(fields.op_type, "NodeProto.op_type"), name: try text(fields.name, "NodeProto.name"),
            domain: try text(fields.domain, "NodeProto.domain"),
            inputs: try texts(fields.n_input, fields.input, "NodeProto.input"),
            outputs: try texts(fields.n_output, fields.output, "NodeProto.output"))
        node.attributes = try at(.node(node.label)) {
            try messages(fields.n_attribute, fields.attribute).map(attribute)
        }
        message.pointee.op_type = nil
        message.pointee.name = nil
        message.pointee.domain = nil
        message.pointee.n_input = 0
        message.pointee.n_output = 0
        message.pointee.n_attribute = 0
        node.rest = message.packed
        return node
    }
}

extension MessageWriter {
    func node(_ node: Node) throws -> UnsafeMutablePointer<NodeProto> {
        try at(.node(node.label)) {
            let message = try message(node.rest, NodeProto.self)
            message.pointee.op_type = try arena.text(node.opType)
            message.pointee.name = try text(node.name)
            message.pointee.domain = try text(node.domain)
            message.pointee.n_input = node.inputs.count
            message.pointee.input = try arena.texts(node.inputs)
            message.pointee.n_output = node.outputs.count
            message.pointee.output = try arena.texts(node.outputs)
            message.pointee.n_attribute = node.attributes.count
            message.pointee.attribute = arena.list(try node.attributes.map(attribute))
            return message
        }
    }
}
