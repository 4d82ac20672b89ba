import GraphIR
import Quantization
import Testing

@Suite("Release from 8 bits")
struct ReleaseTests {
    private let options = QuantizationOptions()
    private let model = Networks.residual()
    private let start: OutputTrials.Variant
    private let widest: OutputTrials.Variant
    private let branch: Int, join: Int

    init() throws {
        let placement = model.placement(options)
        let ranges = Dictionary(uniqueKeysWithValues: placement.observedValues.map { ($0, Float(-4)...4) })
        let grids = ActivationGrids.choose(placement, graph: model.graph, ranges: ranges, target: options.target)
        start = OutputTrials.Variant(model: model, placement: placement, grids: grids)
        widest = Release.widest(start) { _ in
            var wide = WideActivations()
            wide.grids = ranges.mapValues { Grid.asymmetric($0, .uint16) }
            return wide
        }
        branch = try #require(model.graph.nodes.firstIndex { $0.name == "branch" })
        join = try #require(model.graph.nodes.firstIndex { $0.name == "join" })
    }

    private func types(_ variant: OutputTrials.Variant?) throws -> [String: Int] {
        let written = OutputTrials.written(try #require(variant)).model
        let types = written.graph.nodes.filter { $0.opType == "QuantizeLinear" }.compactMap {
            written.graph.initializers[$0.inputs[2]]?.elementType.onnxName
        }
        return Dictionary(types.map { ($0, 1) }, uniquingKeysWith: +)
    }

    @Test("what computes is released operator by operator; what moves values or clips them is not")
    func units() {
        let names = ["stem", "branch", "join", "pool", "head"]
        let release = Release(start, widest: widest, to: .wide(), options: options)
        #expect(release.units.map { $0.compactMap { model.graph.nodes[$0].name } } == names.map { [$0] })
    }

    @Test("an operator goes to 16 bits, to float, or to float with all others on 16 bits")
    func precisions() throws {
        let wide = Release(start, widest: widest, to: .wide(), options: options).variant(releasing: [branch])
        #expect(wide?.wide.nodes == [branch])
        let eight = try types(start), mixed = try types(wide)
        #expect(eight["uint16"] == nil && mixed["uint16"] == 2 && mixed["uint8"] == eight["uint8"])
        let float = Release(start, widest: nil, to: .float, options: options).variant(releasing: [branch, join])
        #expect(float?.placement.floatNodes[branch] == .released && float?.wide.nodes.isEmpty == true)
        #expect(try types(float)["uint16"] == nil)
        let rest = Release(start, widest: widest, to: .float, options: options).variant(releasing: [branch, join])
        #expect(rest?.placement.floatNodes[branch] == .released && rest?.wide.nodes.contains(branch) == false)
        let last = try types(rest), narrow = try types(float)
        #expect(last["uint8"] == nil && last["uint16"] == narrow["uint8"])
    }

    @Test("with nothing released all is as it was")
    func nothing() throws {
        for precision in [Release.Precision.wide(), .float] {
            let release = Release(start, widest: precision.isWide ? widest : nil, to: precision, options: options)
            let variant = try #require(release.variant(releasing: []))
            let released = OutputTrials.written(variant).model.graph, plain = OutputTrials.written(start).model.graph
            #expect(released.nodes.map(\.inputs) == plain.nodes.map(\.inputs))
            #expect(released.initializers.mapValues(\.elementType) == plain.initializers.mapValues(\.elementType))
        }
    }
}

extension Release.Precision {
    fileprivate var isWide: Bool { if case .wide = self { true } else { false } }
}
