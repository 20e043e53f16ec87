/// What the parts of a blend weigh, and how its parts are fitted. Chosen on a held-out part of the data (``BlendSearch``),
/// kept with the model; the values here are for before there is data.
package struct BlendSettings: Sendable, Hashable, Codable {
    /// λ, p and α of the co-watch part.
    package var coWatch = CoWatchFit.Settings(regularisation: 150, labelShare: 1)
    /// ρ: how much less a child's single play says who watches much. Rows are scaled by (activity / its geometric
    /// mean)^(−ρ / 2).
    package var activity = 0.5
    /// What watching without liking counts beside liking, in 0…1.
    package var weak = 0.6
    /// The weight of the factors; 0: they are not fitted.
    package var factorShare = 0.5
    package var factors = FactorFit.Settings()
    package var popularityShare = 0.0
    /// The weight of the part of those who met a video that liked it.
    package var qualityShare = 0.0
    /// κ: what the KNN prediction over labels, 0…1.75, weighs for videos that the model knows. For all others it weighs
    /// ``HomeRanking/Settings/neighbourShare``.
    package var neighbourShare = 0.0
    /// φ: what a video published this moment gets on top.
    package var freshness = 0.1
    /// Popularity alone: where there is too little to learn anything else from.
    package var isPopularityOnly = false

    package init() {}
}
