import Domain
import Ranking
import Recommender

/// The same numbers for programs, unrounded.
extension ExplanationAccount: Encodable {
    func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
    }

    private enum Value: Encodable {
        case text(String)
        case number(Double)
        case integer(Int64)
        case flag(Bool)
        case list([Value])
        case object([String: Value])
        case nothing

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .integer(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            case .list(let values): try container.encode(values)
            case .object(let values): try container.encode(values)
            case .nothing: try container.encodeNil()
            }
        }
    }

    private var value: Value {
        var object: [String: Value] = ["child_id": .text(child.description), "video_id": .text(video.id.description)]
        guard let explanation else {
            object["may_see"] = .flag(false)
            object["refusal"] = .text(Screening.Refusal.notPublished.rawValue)
            return .object(object)
        }
        object["model_version"] = explanation.modelVersion.map { .integer($0) } ?? .nothing
        switch explanation.verdict {
        case .refused(let refusal):
            object["may_see"] = .flag(false)
            object["refusal"] = .text(refusal.rawValue)
            return .object(object)
        case .allowed: object["may_see"] = .flag(true)
        }
        let home = explanation.home
        object["share"] = .number(home.share)
        object["watched"] = .list(home.known.map { known($0, explanation) })
        object["learnt"] = home.learnt.map(learnt) ?? .nothing
        object["labels"] = home.labels.map { labels($0, explanation) } ?? .nothing
        object["popularity"] = .object([
            "value": .number(home.popularity.value), "rank": .integer(Int64(home.popularity.rank)),
            "weight": .number(home.popularity.weight), "standardised": .number(home.popularity.standardised),
            "standardised_weight": .number(home.popularity.standardisedWeight),
        ])
        object["freshness"] = .object([
            "value": .number(home.freshness.value), "weight": .number(home.freshness.weight),
        ])
        object["parts"] = parts(home)
        object["score"] = .number(home.score)
        object["place"] = place(explanation)
        return .object(object)
    }

    private func known(_ item: HomeExplanation.Known, _ explanation: Explanation) -> Value {
        .object([
            "video_id": id(item.video, explanation), "rating": .number(item.rating),
            "ratio": optional(item.ratio), "days": optional(item.days), "decay": optional(item.decay),
            "left_early": .flag(item.isLeftEarly), "less_of": .flag(item.ratio == nil),
            "co_watch_weight": .number(item.coWatchWeight),
        ])
    }

    private func learnt(_ learnt: HomeExplanation.Learnt) -> Value {
        .object([
            "co_watch": .number(learnt.coWatch), "standardised_co_watch": .number(learnt.standardisedCoWatch),
            "factors": .number(learnt.factors), "standardised_factors": .number(learnt.standardisedFactors),
            "factor_share": .number(learnt.factorShare), "total": .number(learnt.total),
        ])
    }

    private func labels(_ labels: HomeExplanation.Labels, _ explanation: Explanation) -> Value {
        .object([
            "prediction": .number(labels.prediction), "distance_to_taste": .number(labels.distanceToTaste),
            "weight": .number(labels.weight), "total": .number(labels.total),
            "neighbours": .list(
                labels.neighbours.map { neighbour in
                    .object([
                        "video_id": id(neighbour.video, explanation), "distance": .number(neighbour.distance),
                        "share": .number(neighbour.share), "rating": .number(neighbour.rating),
                    ])
                }
            ),
        ])
    }

    private func parts(_ home: HomeExplanation) -> Value {
        .object([
            "co_watch": .number(home.parts.coWatch), "labels": .number(home.parts.neighbours),
            "popularity": .number(home.parts.popularity), "quality": .number(home.parts.quality),
            "freshness": .number(home.parts.freshness), "less_of": .number(home.parts.lessOf),
            "total": .number(home.parts.total), "rewatch_factor": optional(home.rewatchFactor),
            "series_boost": optional(home.seriesBoost),
        ])
    }

    private func place(_ explanation: Explanation) -> Value {
        let home = explanation.home
        var place: [String: Value] = [
            "rank": home.rank.map { .integer(Int64($0)) } ?? .nothing,
            "candidates": .integer(Int64(home.candidateCount)),
            "for_you": home.place.map { .integer(Int64($0.number)) } ?? .nothing,
            "continue_watching": explanation.continuation.map { .integer(Int64($0.place)) } ?? .nothing,
        ]
        place["reason"] = (home.place?.reason ?? explanation.continuation?.reason).map { .text(name($0)) } ?? .nothing
        place["absence"] = home.absence.map { .text(name($0)) } ?? .nothing
        return .object(place)
    }

    private func name(_ reason: Reason) -> String {
        let reason: Domain.Recommendation.Reason =
            switch reason {
            case .becauseYouWatched: .becauseYouWatched
            case .nextInSeries: .nextInSeries
            case .popularAtThisAge: .popularAtThisAge
            case .new: .new
            case .balance: .balance
            }
        return reason.rawValue
    }

    private func name(_ absence: HomeExplanation.Absence) -> String {
        switch absence {
        case .unwanted: "less_of"
        case .elsewhere: "continue_watching"
        case .waitsFor: "earlier_episode_first"
        case .noCandidate: "no_candidate"
        case .variety: "variety"
        case .outscored: "outscored"
        }
    }

    private func id(_ number: Int, _ explanation: Explanation) -> Value {
        .text(explanation.video(number).id.description)
    }

    private func optional(_ value: Double?) -> Value { value.map { .number($0) } ?? .nothing }
}
