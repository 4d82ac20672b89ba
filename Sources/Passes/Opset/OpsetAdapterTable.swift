internal import GraphIR

/// Every change of ONNX's operator set that a node must be rewritten for. Versions of an operator that only allow more
/// than before, or add an attribute whose default is what came before, are not here: their nodes stay as they are.
enum OpsetAdapterTable {
    static let all = firstVersions + attributesToInputs + axesToInputs + coercions + resizing + others

    /// The adapters of an operator for versions after `from` up to `to`, oldest first.
    static func adapters(for opType: String, from: Int, to: Int) -> [OpsetAdapter] {
        (byOperator[opType] ?? []).filter { $0.version > from && $0.version <= to }
    }

    private static let byOperator: [String: [OpsetAdapter]] = {
        var result: [String: [OpsetAdapter]] = [:]
        for adapter in all {
            for opType in adapter.opTypes { result[opType, default: []].append(adapter) }
        }
        return result.mapValues { $0.sorted { $0.version < $1.version } }
    }()

    private static let attributesToInputs: [OpsetAdapter] = [
        OpsetAdapter("Reshape", at: 5, rewrite: attributeToInput("shape", 1)),
        OpsetAdapter("Upsample", at: 9, rewrite: scalesToInput),
        OpsetAdapter("Slice", at: 10, rewrite: sliceToInputs),
        OpsetAdapter("TopK", at: 10, rewrite: attributeToInput("k", 1)),
        OpsetAdapter("Clip", at: 11, rewrite: clipToInputs),
        OpsetAdapter("Pad", at: 11, rewrite: padToInputs),
        OpsetAdapter("Dropout", at: 12, rewrite: ratioToInput),
        OpsetAdapter("Split", at: 13, rewrite: attributeToInput("split", 1)),
    ]

    private static let axesToInputs: [OpsetAdapter] = [
        OpsetAdapter("Squeeze", "Unsqueeze", "ReduceSum", at: 13, rewrite: attributeToInput("axes", 1)),
        OpsetAdapter(
            "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
            "ReduceProd", "ReduceSumSquare", at: 18, rewrite: attributeToInput("axes", 1)),
        OpsetAdapter("DFT", at: 20, rewrite: dftAxisToInput),
    ]

    private static let coercions: [OpsetAdapter] = [
        OpsetAdapter("Softmax", "LogSoftmax", "Hardmax", at: 13, rewrite: softmaxOverOneAxis)
    ]

    private static let resizing: [OpsetAdapter] = [
        OpsetAdapter("Upsample", at: 7, rewrite: scalesOfHeightAndWidth),
        OpsetAdapter("Upsample", at: 10) { node, _ in [renamed(node, "Resize")] },
        OpsetAdapter("Resize", at: 11, rewrite: resizeWithCoordinates),
    ]

    private static let others: [OpsetAdapter] = [
        OpsetAdapter("BatchNormalization", at: 9, rewrite: spatialOnly),
        OpsetAdapter("BatchNormalization", at: 14, rewrite: inferenceOnly),
        OpsetAdapter("Dropout", at: 10, rewrite: maskBecomesBoolean),
        OpsetAdapter("Scan", at: 9) { _, _ throws(AdapterRefusal) in
            throw AdapterRefusal("Scan counts a batch dimension before version 9")
        },
        OpsetAdapter("Scatter", at: 11) { node, _ in [renamed(node, "ScatterElements")] },
        OpsetAdapter(
            "RoiAlign", at: 16, rewrite: defaultAttribute("coordinate_transformation_mode", "output_half_pixel")),
        OpsetAdapter("Split", at: 18, rewrite: countOutputs),
        OpsetAdapter("GridSample", at: 20, rewrite: renameGridModes),
        OpsetAdapter("GroupNormalization", at: 21) { _, _ throws(AdapterRefusal) in
            throw AdapterRefusal("GroupNormalization has its scale and bias per group before version 21")
        },
    ]

    private static func renamed(_ node: Node, _ opType: String) -> Node {
        var node = node
        node.opType = opType
        return node
    }
}
