import CONNXProto
import GraphIR

extension MessageReader {
    func function(_ message: UnsafeMutablePointer<FunctionProto>) throws -> Function {
        let name = try required(message.pointee.name, "FunctionProto.name")
        return try at(.function(name)) {
            let names = texts
            let fields = message.pointee
            var function = Function(
                name, domain: try text(fields.domain, "FunctionProto.domain"),
                inputs: try names(fields.n_input, fields.input, "FunctionProto.input"),
                outputs: try names(fields.n_output, fields.output, "FunctionProto.output"),
                attributeNames: try names(fields.n_attribute, fields.attribute, "FunctionProto.attribute"),
                attributeDefaults: try messages(fields.n_attribute_proto, fields.attribute_proto).map(attribute),
                nodes: try messages(fields.n_node, fields.node).map(node),
                opsetImports: try messages(fields.n_opset_import, fields.opset_import).map(opsetImport))
            message.pointee.name = nil
            message.pointee.domain = nil
            message.pointee.n_input = 0
            message.pointee.n_output = 0
            message.pointee.n_attribute = 0
            message.pointee.n_attribute_proto = 0
            message.pointee.n_node = 0
            message.pointee.n_opset_import = 0
            function.rest = message.packed
            return function
        }
    }
}

extension MessageWriter {
    func function(_ function: Function) throws -> UnsafeMutablePointer<FunctionProto> {
        try at(.function(function.name)) {
            let message = try message(function.rest, FunctionProto.self)
            message.pointee.name = try arena.text(function.name)
            message.pointee.domain = try text(function.domain)
            message.pointee.n_input = function.inputs.count
            message.pointee.input = try arena.texts(function.inputs)
            message.pointee.n_output = function.outputs.count
            message.pointee.output = try arena.texts(function.outputs)
            message.pointee.n_attribute = function.attributeNames.count
            message.pointee.attribute = try arena.texts(function.attributeNames)
            message.pointee.n_attribute_proto = function.attributeDefaults.count
            message.pointee.attribute_proto = arena.list(try function.attributeDefaults.map(attribute))
            message.pointee.n_node = function.nodes.count
            message.pointee.node = arena.list(try function.nodes.map(node))
            message.pointee.n_opset_import = function.opsetImports.count
            message.pointee.opset_import = arena.list(try function.opsetImports.map(opsetImport))
            return message
        }
    }
}
