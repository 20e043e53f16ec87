/// The age band a video is published with.
///
/// Staff's own word comes first; then the band the video already has; then its `age_rating` labels. A rating says from
/// which age a video is, never until when: five years of ages are taken (a rating of 3 gives 3–7), cut at 12. With
/// several ratings the oldest counts. A rating beyond 12, or one that is no number, refuses the video whatever else
/// is said about it.
package enum PublishingAges {
    package enum Refusal: String, Error, Sendable, Hashable, CaseIterable {
        case noAges = "no_ages"
        case ratedTooOld = "rated_too_old"
        case ratingUnreadable = "rating_unreadable"
    }

    package static let yearsFromRating = 5

    package static func band(given: AgeBand?, existing: AgeBand?, ratings: [String]) throws(Refusal) -> AgeBand {
        var rated: AgeBand?
        if !ratings.isEmpty {
            var oldest = 0
            for rating in ratings {
                guard let age = Int(rating), (0...99).contains(age) else { throw .ratingUnreadable }
                oldest = max(oldest, age)
            }
            let limit = AgeBand.limits.upperBound
            guard let band = AgeBand(minimum: oldest, maximum: min(limit, oldest + yearsFromRating - 1)) else {
                throw .ratedTooOld
            }
            rated = band
        }
        guard let band = given ?? existing ?? rated else { throw .noAges }
        return band
    }
}
