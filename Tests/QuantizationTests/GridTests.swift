import GraphIR
import Quantization
import Testing

@Suite("Activation grids")
struct GridTests {
    @Test("zero is exactly representable, whatever the range", arguments: [
        Float(-1.3)...2.9, 0...6, 0.5...3, -8 ... -2, -1e-3...1e4,
    ])
    func zeroIsRepresentable(range: ClosedRange<Float>) throws {
        for type in [ElementType.uint8, .int8, .uint16, .int16] {
            let grid = Grid.asymmetric(range, type)
            let integers = try #require(type.integerRange)
            #expect(integers.contains(grid.zeroPoints[0]))
            #expect(grid.scales[0] > 0)
        }
    }

    @Test("the grid covers its range to within half a step")
    func coversItsRange() {
        let grid = Grid.asymmetric(-1.3...2.9, .uint8)
        let low = Float(0 - grid.zeroPoints[0]) * grid.scales[0], high = Float(255 - grid.zeroPoints[0]) * grid.scales[0]
        #expect(abs(low + 1.3) <= grid.scales[0] / 2 && abs(high - 2.9) <= grid.scales[0] / 2)
    }

    @Test("a tensor of zeros gets a usable scale")
    func zeros() {
        let grid = Grid.asymmetric(0...0, .uint8)
        #expect(grid.scales[0] > 0 && grid.scales[0].isNormal)
        #expect(grid.zeroPoints[0] == 0)
    }

    @Test("a symmetric grid has zero point 0 and reaches the larger end with its greatest integer")
    func symmetric() {
        let grid = Grid.symmetric(-2...1, .int8)
        #expect(grid.zeroPoints == [0])
        #expect(grid.scales == [Float(2) / 127])
    }
}

@Suite("Weight grids")
struct WeightGridTests {
    @Test("each channel has its own scale along the operator's axis", arguments: [0, 1])
    func perChannel(axis: Int) throws {
        let weight = Tensor([Float(1), -2, 3, -4, 5, -6], [2, 3])
        let grid = try #require(WeightGrids.symmetric(weight, axis: axis))
        #expect(grid.scales == (axis == 0 ? [3, 6] : [4, 5, 6]).map { $0 / 127 })
        #expect(grid.elementType == .int8 && grid.zeroPoints.allSatisfy { $0 == 0 })
    }

    @Test("a channel of zeros is not divided by")
    func zeroChannel() throws {
        let grid = try #require(WeightGrids.symmetric(Tensor([Float(0), 0, 0.5, -1], [2, 2]), axis: 0))
        #expect(grid.scales == [1 / 127, 1 / 127])
    }

    @Test("a weight that is not finite gets no grid", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) {
        for axis in 0...1 {
            #expect(WeightGrids.symmetric(Tensor([value, 1, 2, 3], [2, 2]), axis: axis) == nil)
        }
    }
}
