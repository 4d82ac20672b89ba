internal import GraphIR
internal import Kernels
#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Gives every inner value of a plan a range of one arena; values whose lives do not overlap share bytes.
enum MemoryPlan {
    private static let alignment = 64

    /// The machine's memory in bytes: a plan that wants more is refused.
    static let mostBytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

    /// Sets `place` of all arena values, `arenaBytes` and `scratchBytes`. O(values log values) for usual graphs.
    static func place(_ plan: inout Plan) {
        let owner = storageOwners(plan)
        let lastUse = lastUses(plan, owner)
        var arena = Arena(alignment: alignment)
        var offset: [Int: Int] = [:]
        for (position, step) in plan.steps.enumerated() {
            let written = Set(step.outputs.compactMap { $0 }.map { owner[$0] })
            var reused: Int?
            if case .mayOverwrite(let candidates) = step.kernel.storage, let output = step.outputs.first ?? nil {
                reused = candidates.compactMap { $0 < step.inputs.count ? step.inputs[$0] : nil }.map { owner[$0] }.first {
                    offset[$0] != nil && lastUse[$0] == position
                        && plan.values[$0].facts.byteCount == plan.values[output].facts.byteCount
                        && step.reads($0, onlyAt: candidates, owner)
                }
                if let reused, owner[output] == output { offset[output] = offset[reused] }
            }
            for value in written.sorted() where offset[value] == nil && plan.values[value].isInArena {
                offset[value] = arena.take(plan.values[value].facts.byteCount)
            }
            let read = Set(step.inputs.compactMap { $0 }.map { owner[$0] })
            for value in read.union(written).sorted() where lastUse[value, default: position] <= position {
                guard value != reused, let start = offset[value] else { continue }
                arena.giveBack(start)
            }
        }
        for value in plan.values.indices {
            let root = owner[value]
            if let start = offset[root] {
                plan.values[value].place = .arena(start)
            } else if root != value {
                plan.values[value].place = plan.values[root].place
            }
        }
        plan.arenaBytes = arena.size
        plan.scratchBytes = plan.steps.map(\.kernel.scratchBytes).max() ?? 0
    }

    /// For every value the value whose memory it is: itself, or what it is a view of.
    private static func storageOwners(_ plan: Plan) -> [Int] {
        var owner = Array(plan.values.indices)
        for step in plan.steps {
            guard case .view(let input) = step.kernel.storage, input < step.inputs.count,
                let source = step.inputs[input], let output = step.outputs.first ?? nil
            else { continue }
            owner[output] = owner[source]
        }
        return owner
    }

    /// The last step that reads each owner; a value that nothing reads has none, a graph output lives past the end.
    private static func lastUses(_ plan: Plan, _ owner: [Int]) -> [Int: Int] {
        var last: [Int: Int] = [:]
        for (position, step) in plan.steps.enumerated() {
            for value in step.inputs + step.outputs { if let value { last[owner[value]] = position } }
        }
        for output in plan.outputs { last[owner[output.value]] = plan.steps.count }
        return last
    }
}

extension Plan.Step {
    /// Whether inputs at other positions lie elsewhere, so that writing over the owner spoils none of them.
    fileprivate func reads(_ value: Int, onlyAt positions: [Int], _ owner: [Int]) -> Bool {
        inputs.enumerated().allSatisfy { position, read in
            guard let read, owner[read] == value else { return true }
            return positions.contains(position)
        }
    }
}

extension Plan.Value {
    fileprivate var isInArena: Bool { if case .arena = place { true } else { false } }
}

/// Hands out ranges of a growing block of bytes and takes them back: best fit, neighbours merged.
private struct Arena {
    let alignment: Int
    private(set) var size = 0
    /// Free ranges by start, ascending.
    private var free: [(start: Int, count: Int)] = []
    private var taken: [Int: Int] = [:]

    init(alignment: Int) { self.alignment = alignment }

    mutating func take(_ bytes: Int) -> Int {
        let count = max((bytes + alignment - 1) / alignment, 1) * alignment
        let fitting = free.indices.filter { free[$0].count >= count }.min { free[$0].count < free[$1].count }
        if let index = fitting {
            let start = free[index].start
            if free[index].count == count {
                free.remove(at: index)
            } else {
                free[index] = (start + count, free[index].count - count)
            }
            taken[start] = count
            return start
        }
        // Nothing fits: grow, beginning with the free range at the end where there is one.
        var start = size
        if let last = free.last, last.start + last.count == size {
            start = last.start
            free.removeLast()
        }
        size = start + count
        taken[start] = count
        return start
    }

    mutating func giveBack(_ start: Int) {
        guard var count = taken.removeValue(forKey: start) else { return }
        var begin = start
        var index = free.firstIndex { $0.start > start } ?? free.count
        if index < free.count, free[index].start == start + count {
            count += free[index].count
            free.remove(at: index)
        }
        if index > 0, free[index - 1].start + free[index - 1].count == start {
            index -= 1
            begin = free[index].start
            count += free[index].count
            free.remove(at: index)
        }
        free.insert((begin, count), at: index)
    }
}
