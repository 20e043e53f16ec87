/// What a score is made of, so that it can be explained.
package struct ScoreParts: Sendable, Equatable {
    /// Who watches this beside what the child watched: co-watch weights and factors, times the personal share.
    package let coWatch: Double
    /// What KNN regression over labels predicts, times the personal share.
    package let neighbours: Double
    /// What children of this age watch.
    package let popularity: Double
    /// How many of those who met it liked it.
    package let quality: Double
    package let freshness: Double
    /// How much what a parent wants less of speaks against it; not above zero.
    package let lessOf: Double

    package var total: Double { coWatch + neighbours + popularity + quality + freshness + lessOf }
}
