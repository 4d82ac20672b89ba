import CONNXProto
import GraphIR

extension MessageReader {
    /// The model of a message that has a graph.
    func model(_ message: UnsafeMutablePointer<ModelProto>) throws -> Model {
        guard let graphMessage = message.pointee.graph else { throw FormatFault.noGraph }
        guard message.pointee.has_ir_version != 0 else { throw FormatFault.missingField("ModelProto.ir_version") }
        let opsets = messages(message.pointee.n_opset_import, message.pointee.opset_import)
        let functions = messages(message.pointee.n_functions, message.pointee.functions)
        var model = Model(
            irVersion: Int(message.pointee.ir_version), opsetImports: try opsets.map(opsetImport),
            graph: try graph(graphMessage), functions: try functions.map(function))
        model.producerName = try text(message.pointee.producer_name, "ModelProto.producer_name")
        model.producerVersion = try text(message.pointee.producer_version, "ModelProto.producer_version")
        message.pointee.has_ir_version = 0
        message.pointee.n_opset_import = 0
        message.pointee.graph = nil
        message.pointee.n_functions = 0
        message.pointee.producer_name = nil
        message.pointee.producer_version = nil
        model.rest = message.packed
        return model
    }

    func opsetImport(_ message: UnsafeMutablePointer<OperatorSetIdProto>) throws -> OpsetImport {
        guard message.pointee.has_version != 0 else { throw FormatFault.missingField("OperatorSetIdProto.version") }
        var opset = OpsetImport(
            try text(message.pointee.domain, "OperatorSetIdProto.domain"), Int(message.pointee.version))
        message.pointee.has_version = 0
        message.pointee.domain = nil
        opset.rest = message.packed
        return opset
    }
}

extension MessageWriter {
    func model(_ model: Model) throws -> UnsafeMutablePointer<ModelProto> {
        let message = try message(model.rest, ModelProto.self)
        message.pointee.has_ir_version = 1
        message.pointee.ir_version = Int64(model.irVersion)
        message.pointee.n_opset_import = model.opsetImports.count
        message.pointee.opset_import = arena.list(try model.opsetImports.map(opsetImport))
        message.pointee.graph = try graph(model.graph)
        message.pointee.n_functions = model.functions.count
        message.pointee.functions = arena.list(try model.functions.map(function))
        message.pointee.producer_name = try text(model.producerName)
        message.pointee.producer_version = try text(model.producerVersion)
        return message
    }

    func opsetImport(_ opset: OpsetImport) throws -> UnsafeMutablePointer<OperatorSetIdProto> {
        let message = try message(opset.rest, OperatorSetIdProto.self)
        message.pointee.domain = try text(opset.domain)
        message.pointee.has_version = 1
        message.pointee.version = Int64(opset.version)
        return message
    }
}
