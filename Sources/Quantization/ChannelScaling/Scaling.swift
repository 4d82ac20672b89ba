internal import GraphIR

/// Factors that the channels of a value were divided by, and what that changed.
///
/// What is hard to hold with 8 bits goes into the weights that read the value. With activations of 16 bits it need not.
struct Scaling {
    let value: ScalableValue
    /// The names of the constants that it changed.
    let changed: Set<String>
    /// The constants as they were before, by name; none where the scaling cannot be undone by itself.
    let originals: [String: Tensor]
}

extension OutputTrials.Variant {
    /// Those scalings that can be undone without changing anything but the value's own operators.
    var undoableScalings: [Scaling] {
        scalings.filter { scaling in
            !scaling.originals.isEmpty && placement.values[scaling.value.name]?.servesAllReaders == false
                && scalings.allSatisfy {
                    $0.value.name == scaling.value.name || $0.changed.isDisjoint(with: scaling.changed)
                }
        }
    }

    /// Gives the value its own size again, and the weights that read it theirs, rounded to nearest.
    mutating func undo(_ scaling: Scaling) {
        let name = scaling.value.name
        model.graph.initializers.merge(scaling.originals) { $1 }
        for position in scaling.value.readers {
            guard let product = placement.products[position], let weight = model.graph.initializers[product.weight],
                let grid = WeightGrids.symmetric(weight, axis: product.weightGrid.axis, product.weightGrid.elementType)
            else { continue }
            placement.products[position]?.weightGrid = grid
            placement.products[position]?.rounded = nil
        }
        divided[name] = nil
        scalings.removeAll { $0.value.name == name }
    }
}
