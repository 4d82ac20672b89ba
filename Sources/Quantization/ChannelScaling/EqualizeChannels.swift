internal import Calibration
internal import GraphIR
internal import Kernels

extension OutputTrials {
    /// Makes the channels of activations alike (see `ChannelScaling`), where that brings the outputs closer to float: of
    /// all values, or else of those alone that no Clip bounds, that need a node for it or need none. `observer` has
    /// watched the samples to fit to, where there is one. Throws the errors of running.
    public mutating func equalizeChannels(
        _ options: QuantizationOptions, _ observer: consuming ChannelObserver?
    ) throws {
        let values = ScalableValue.find(best.model, best.placement)
        guard !values.isEmpty else { return }
        let choices = try choices(for: values, symmetric: options.target.symmetricActivations, observer)
        ProcessMemory.giveBackFree()
        let start = best
        func scaled(_ isTaken: (ScalableValue) -> Bool) -> Variant {
            var variant = start
            let taken = zip(values, choices).filter { isTaken($0.0) }
            let additions = variant.add(taken.compactMap { $0.addedNode(for: $1?.factors) })
            for case (let value, let choice?) in taken {
                let value = value.following(additions)
                if let factors = choice.factors { variant.scale(value, by: factors) }
                variant.grids[value.name] = Grid.activation(choice.range, for: options.target)
            }
            return variant
        }
        var parts: [(ScalableValue) -> Bool] = [{ _ in true }]
        let chosen = zip(values, choices).filter { $1 != nil }
        if Set(chosen.map { $0.0.ceiling == nil }).count > 1 { parts.append { $0.ceiling == nil } }
        if Set(chosen.map { $0.0.addedNode == nil }).count > 1 {
            parts += [{ $0.addedNode == nil }, { $0.addedNode != nil }]
        }
        for part in parts {
            let gain = try consider(scaled(part), AccuracyMethod.channelScaling.rawValue, onHeldBack: true)
            if gain > 0 { return }
        }
    }

    /// What was seen is gone on return: it takes as much memory as a variant.
    private func choices(
        for values: [ScalableValue], symmetric: Bool, _ observer: consuming ChannelObserver?
    ) throws -> [ChannelScaling.Choice?] {
        let seen = try statistics(of: values, observer)
        // What is chosen for a value changes nothing that is looked at for another.
        nonisolated(unsafe) let start = best
        return KernelThreads.map(values) { value in
            let readers = value.readers.compactMap { start.reader($0) }
            guard let statistics = seen[value.name], readers.count == value.readers.count else { return nil }
            guard value.restorer == .weights else {
                return RestoredChannels.choose(
                    statistics, response: value.response, readers: readers, mostNoise: value.mostNoise,
                    symmetric: symmetric)
            }
            let choice = ChannelScaling.choose(
                statistics, readers: readers, mostNoise: value.mostNoise, symmetric: symmetric,
                onlyEnlarges: value.ceiling != nil)
            let takesRangeAlone = value.addedNode == nil || value.axis == -1
            return choice?.factors == nil && !takesRangeAlone ? nil : choice
        }
    }

    private func statistics(
        of values: [ScalableValue], _ observer: ChannelObserver?
    ) throws -> [String: ChannelStatistics] {
        if let observer, observer.covers(values) { return observer.statistics }
        var own = ChannelObserver(values, samples: fitted.count)
        try own.watch(best.model, over: fitted)
        return own.statistics
    }
}

extension ScalableValue {
    /// The node to add where the value is divided by factors, multiplying by one.
    fileprivate func addedNode(for factors: [Float]?) -> FactorNode? {
        guard let factors, let place = addedNode else { return nil }
        return FactorNode(value: name, place: place, channels: factors.count, innerAxes: innerAxes)
    }
}

extension OutputTrials.Variant {
    func reader(_ position: Int) -> ChannelScaling.Reader? {
        guard let product = placement.products[position], let weight = model.graph.initializers[product.weight],
            weight.elementType == .float32
        else { return nil }
        let node = model.graph.nodes[position]
        return ChannelScaling.Reader(
            weight: weight, axis: product.weightAxis, groups: node.int("group") ?? 1,
            isConvolution: node.isStandard("Conv"))
    }

    /// Divides the channels of a value, which needs no node added, by factors, one each, and makes up for it behind.
    mutating func scale(_ value: ScalableValue, by factors: [Float]) {
        if !scalings.contains(where: { $0.value.name == value.name }) {
            scalings.append(scaling(of: value))
        }
        if case .multiplication(let constant?) = value.restorer { divide(constant, factors.map { 1 / $0 }) }
        for position in value.restorer == .weights ? value.readers : [] {
            guard let reader = reader(position), var numbers = reader.weight.floats else { continue }
            reader.forEach { index, input, _ in numbers[index] *= factors[input] }
            replaceWeight(position, numbers)
        }
        let before = divided[value.name]?.factors ?? factors.map { _ in 1 }
        divided[value.name] = ChannelFactors(axis: value.axis, factors: zip(before, factors).map { $0 * $1 })
        switch value.divider {
        case .multiplication: break
        case .constants(let names): for name in names { divide(name, factors) }
        case .product(let position):
            guard let product = placement.products[position], let reader = reader(position),
                var numbers = reader.weight.floats
            else { return }
            reader.forEach { index, _, output in numbers[index] /= factors[output] }
            replaceWeight(position, numbers)
            if let bias = product.bias { divide(bias, factors) }
        }
    }

    /// What scaling the value will change.
    private func scaling(of value: ScalableValue) -> Scaling {
        var names = Set(value.readers.compactMap { placement.products[$0]?.weight })
        switch value.divider {
        case .multiplication: break
        case .constants(let own): names.formUnion(own)
        case .product(let position):
            let product = placement.products[position]
            names.formUnion([product?.weight, product?.bias].compactMap(\.self))
            return Scaling(value: value, changed: names, originals: [:])
        }
        let known = names.compactMap { name in model.graph.initializers[name].map { (name, $0) } }
        return Scaling(value: value, changed: names, originals: Dictionary(known) { first, _ in first })
    }

    private mutating func replaceWeight(_ position: Int, _ numbers: [Float]) {
        guard let product = placement.products[position], let old = model.graph.initializers[product.weight] else { return }
        let tensor = Tensor(numbers, old.extents)
        model.graph.initializers[product.weight] = tensor
        old.bytes.setAside()
        if let grid = WeightGrids.symmetric(tensor, axis: product.weightGrid.axis, product.weightGrid.elementType) {
            placement.products[position]?.weightGrid = grid
        }
    }

    private mutating func divide(_ name: String, _ factors: [Float]) {
        guard let tensor = model.graph.initializers[name], var numbers = tensor.floats else { return }
        for index in numbers.indices { numbers[index] /= factors[index % factors.count] }
        model.graph.initializers[name] = Tensor(numbers, tensor.extents)
    }
}
