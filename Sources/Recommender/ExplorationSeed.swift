import Domain
import Ranking

/// What a child's places for exploring are drawn by when a request brings no seed: the same on every replica and all day, so
/// that a home does not change under the child's fingers, and another the next day.
enum ExplorationSeed {
    /// FNV-1a over the child's id and the day (G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, draft-eastlake-fnv), mixed, for
    /// days that follow each other differ in few bits. Not `Hasher`, which differs between processes.
    static func of(_ child: Child.ID, on day: Day) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(child)/\(day)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        var generator = SplitMix64(seed: hash)
        return generator.next()
    }
}
