import Foundation

extension HomeRanking {
    /// The constants of ``HomeRanking``. Starting values: chosen by reasoning, not yet measured on our own plays.
    package struct Settings: Sendable, Equatable {
        package var rating = WatchRating()
        /// k of the regression.
        package var neighbours = 20
        /// How many of the nearest videos are rated; the rest is not looked at further.
        package var candidates = 150
        /// After this many watched videos the personal part weighs as much as popularity.
        package var priorPlays = 5.0
        /// Score of a video just watched, as a part of its full score.
        package var rewatchFloor = 0.3
        /// The same for a video left before ``leftEarlyBelow``.
        package var rewatchFloorLeftEarly = 0.1
        package var leftEarlyBelow = 0.3
        /// Days after which half of the loss is made up.
        package var rewatchDays = 7.0
        /// A video left before ``leftEarlyBelow`` speaks mildly against what is like it.
        package var leftEarlyRating = -0.2
        /// A video of which a parent wants less speaks strongly against what is like it.
        package var lessOfRating = -1.5
        /// What the KNN prediction, 0…1.75, weighs for a video that no model knows: labels are all that speaks for it.
        package var neighbourShare = 1.0
        package var seriesBoost = 0.5
        package var seriesDays = 14.0
        /// How many places in a row may share a topic, or a channel.
        package var longestRun = 2
        /// How many places in a row may share a curriculum area.
        package var longestAreaRun = 3
        /// Every so many places one goes to a new video and one to balance; 0: none.
        package var explorationPeriod = 10
        /// Place within the period, from 0.
        package var newPlace = 4
        package var balancePlace = 8
        /// Of how many such a place is drawn, the better ones rather.
        package var explorationChoice = 5
        /// For variety nothing is tried that is like what a parent wants less of: from this squared cosine on.
        package var unwantedFrom = 0.25
        /// A video is new for so many days.
        package var newForDays = 14.0

        package init() {}

        /// 1 for a video published now, half that after ``newForDays``; 0 for one that is not published yet or says nothing.
        ///
        /// - Parameters: milliseconds UTC.
        func freshness(publishedAt: Int64, now: Int64) -> Double {
            guard publishedAt > 0, publishedAt <= now else { return 0 }
            return exp2(-days(from: publishedAt, to: now) / newForDays)
        }
    }
}
