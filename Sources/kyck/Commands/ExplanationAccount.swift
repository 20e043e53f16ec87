import Domain
import Foundation
import Ranking
import Recommender

/// How a recommendation came about: a text for people, with the formulas and their numbers.
struct ExplanationAccount {
    let child: Child.ID
    let video: Video
    /// Nil for a video that is not published: it is in no list, whoever asks.
    let explanation: Explanation?

    init(child: Child.ID, video: Video, _ explanation: Explanation?) {
        (self.child, self.video, self.explanation) = (child, video, explanation)
    }

    /// How many watched videos and neighbours are shown; the rest is counted.
    private static let shown = 6

    var lines: [String] {
        let video = "video \(video.id): \(Self.title(video))"
        guard let explanation else {
            return ["child \(child)", video, "", "1. May the child see it? No: it is not published. It is in no list."]
        }
        let model = explanation.modelVersion.map { "model \($0)" } ?? "no model is trained yet"
        let head = [
            "child \(child), \(explanation.viewer.age) years old", video,
            "\(model), \(explanation.catalogueCount) videos published",
        ]
        guard explanation.verdict.isAllowed else {
            return head + [""] + screening(explanation)
        }
        let steps = [
            screening(explanation), watched(explanation), share(explanation.home), learnt(explanation),
            labels(explanation), popularity(explanation.home), sum(explanation.home), place(explanation),
        ]
        return head + steps.flatMap { [""] + $0 }
    }

    // MARK: - Steps

    private func screening(_ explanation: Explanation) -> [String] {
        switch explanation.verdict {
        case .allowed:
            let ages = video.ages.map { " for \($0.minimum) to \($0.maximum) years" } ?? ""
            return [
                "1. May the child see it? Yes: it is published\(ages), and no rule of the family is against it."
            ]
        case .refused(let refusal):
            return ["1. May the child see it? No: \(refusal.rawValue). It is in no list, whatever its score."]
        }
    }

    private func watched(_ explanation: Explanation) -> [String] {
        let known = explanation.home.known
        guard !known.isEmpty else { return ["2. The child has watched nothing yet."] }
        let rows = known.prefix(Self.shown).map { item in
            [
                number(item.rating),
                item.ratio.map { String(format: "%.2f", $0) } ?? "less of this",
                item.days.map { String(format: "%.1f", $0) } ?? "",
                item.decay.map(number) ?? "",
                number(item.coWatchWeight),
                title(item.video, explanation) + (item.isLeftEarly ? " (left early)" : ""),
            ]
        }
        let heading = ["rating", "watched", "days ago", "decay", "co-watch", "video"]
        return ["2. What the child made of what it watched: rating = strength · decay, decay = 2^(−days / 30)"]
            + table([heading] + rows) + rest(known.count)
    }

    private func share(_ home: HomeExplanation) -> [String] {
        let prior = String(format: "%g", home.priorPlays)
        return [
            "3. What the child's own watching weighs: share = n / (n + \(prior)) = "
                + "\(home.watchedCount) / \(home.watchedCount + Int(home.priorPlays)) = \(number(home.share))"
        ]
    }

    private func learnt(_ explanation: Explanation) -> [String] {
        let title = "4. Who watches it beside what the child watched: "
        guard let learnt = explanation.home.learnt else {
            let reason = explanation.modelVersion == nil ? "no model is trained yet" : "the model knows nothing of it"
            return [title + "\(reason), so 0"]
        }
        let strongest = explanation.home.known.filter { $0.rating * $0.coWatchWeight > 0 }
            .max { $0.rating * $0.coWatchWeight < $1.rating * $1.coWatchWeight }
        return [
            title + "z(co-watch) + f·z(factors)",
            "   co-watch Σ rating · weight = \(number(learnt.coWatch)), z = \(number(learnt.standardisedCoWatch))"
                + (strongest.map { ", most from \(self.title($0.video, explanation))" } ?? ""),
            "   factors \(number(learnt.factors)), z = \(number(learnt.standardisedFactors)), "
                + "f = \(String(format: "%g", learnt.factorShare))",
            "   together \(number(learnt.total))",
        ]
    }

    private func labels(_ explanation: Explanation) -> [String] {
        let title = "5. What its labels say: "
        guard let labels = explanation.home.labels else { return [title + "nothing, so 0"] }
        let rows = labels.neighbours.prefix(Self.shown).map { neighbour in
            [
                number(neighbour.distance), number(neighbour.share), number(neighbour.rating),
                self.title(neighbour.video, explanation),
            ]
        }
        return [title + "ŷ = Σ share · rating over the nearest videos that the child watched, share ~ 1 / distance"]
            + table([["distance", "share", "rating", "video"]] + rows) + rest(labels.neighbours.count)
            + [
                "   ŷ = \(number(labels.prediction)); at a distance of \(number(labels.distanceToTaste)) to the taste "
                    + "ŷ / (1 + \(number(labels.distanceToTaste))) = \(number(labels.total)); "
                    + "κ = \(String(format: "%g", labels.weight))"
            ]
    }

    private func popularity(_ home: HomeExplanation) -> [String] {
        let popularity = home.popularity
        return [
            "6. How many children of this age watch it: \(number(popularity.value)) of 0…1, "
                + "number \(popularity.rank) of all; weighs \(number(popularity.weight))"
        ]
    }

    private func sum(_ home: HomeExplanation) -> [String] {
        let (parts, popularity) = (home.parts, home.popularity)
        let share = number(home.share)
        var popular = "\(number(popularity.weight)) · \(number(popularity.value))"
        if popularity.standardisedWeight != 0 {
            popular += " + \(String(format: "%g", popularity.standardisedWeight)) · \(number(popularity.standardised))"
        }
        let labels = home.labels.map { "\(share) · \(String(format: "%g", $0.weight)) · \(number($0.total))" }
        var rows = [
            ["co-watch, factors", home.learnt.map { "\(share) · \(number($0.total))" } ?? "", number(parts.coWatch)],
            ["labels", labels ?? "", number(parts.neighbours)],
            ["popularity", popular, number(parts.popularity)],
            ["quality", "how many of those who met it liked it", number(parts.quality)],
            [
                "freshness", "\(String(format: "%g", home.freshness.weight)) · \(number(home.freshness.value))",
                number(parts.freshness),
            ],
            ["less of this", "how like it is to what the parent wants less of", number(parts.lessOf)],
            ["sum", "", number(parts.total)],
        ]
        if let factor = home.rewatchFactor {
            rows.append(["watched before", "\(number(parts.total)) · \(number(factor))", number(parts.total * factor)])
        }
        if let boost = home.seriesBoost { rows.append(["next episode", "on top", number(boost)]) }
        rows.append(["score", "", number(home.score)])
        return ["7. The score"] + table(rows, rightAligned: [2])
    }

    private func place(_ explanation: Explanation) -> [String] {
        let title = "8. Where it stands: "
        let home = explanation.home
        if let continuation = explanation.continuation {
            return [
                title + "number \(continuation.place) of \"go on watching\", so not in \"for you\" as well"
            ]
        }
        let list = "the \(explanation.length.given) of \"for you\""
        let rank = home.rank.map { "by its score number \($0) of \(home.candidateCount) candidates" }
        if let place = home.place {
            return [
                title + "number \(place.number) of \(list), \(because(place.reason, explanation))",
                "   " + (rank ?? "it came in behind an earlier episode of its series"),
            ]
        }
        let absence = home.absence.map { self.absence($0, explanation) } ?? "it may not be shown"
        return [title + "not among \(list): \(absence)"] + (rank.map { ["   " + $0] } ?? [])
    }

    private func because(_ reason: Reason, _ explanation: Explanation) -> String {
        switch reason {
        case .becauseYouWatched(let video):
            video == explanation.home.video
                ? "offered again" : "because the child watched \(title(video, explanation))"
        case .nextInSeries(let previous): "the next episode after \(title(previous, explanation))"
        case .popularAtThisAge: "popular at this age"
        case .new: "new: at a place kept for new videos, or known by nothing else"
        case .balance: "at the place kept for the area met least"
        }
    }

    private func absence(_ absence: HomeExplanation.Absence, _ explanation: Explanation) -> String {
        switch absence {
        case .unwanted: "the parent wants less of it"
        case .elsewhere: "it is in another list of this home"
        case .waitsFor(let episode): "\(title(episode, explanation)) comes first"
        case .noCandidate: "neither near to the taste, nor watched by children alike, nor popular enough"
        case .variety(let places):
            "\(places) \(places == 1 ? "place" : "places") it would have had went to others, so that not three in a row "
                + "share a topic or a channel, nor four an area"
        case .outscored: "others have more"
        }
    }

    // MARK: - Text

    private func title(_ number: Int, _ explanation: Explanation) -> String { Self.title(explanation.video(number)) }

    private static func title(_ video: Video) -> String {
        video.ownTitle?.english ?? video.title ?? video.id.description
    }

    private func number(_ value: Double) -> String {
        // No −0.0000.
        String(format: "%.4f", abs(value) < 0.00005 ? 0 : value)
    }

    private func rest(_ count: Int) -> [String] {
        count > Self.shown ? ["   and \(count - Self.shown) more"] : []
    }

    /// Columns below each other, numbers to the right; the last column as it is.
    private func table(_ rows: [[String]], rightAligned: Set<Int>? = nil) -> [String] {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let gap = String(repeating: " ", count: widths[column] - text.count)
                let isRight = rightAligned?.contains(column) ?? (column < columns - 1)
                if isRight { return gap + text }
                return column == columns - 1 ? text : text + gap
            }
            return "   " + cells.joined(separator: "  ")
        }
    }
}
