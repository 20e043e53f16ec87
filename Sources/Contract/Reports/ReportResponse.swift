package import Domain

/// `GET /v1/children/{id}/report`. Sentences are in the language asked for; figures carry their unit in their name.
package struct ReportResponse: Encodable, Sendable {
    package let period: Period
    /// Completed years at the period's end.
    package let age: Int
    package let summary: String
    package let days: [DayPart]
    package let total: Measure<WatchedPart>
    package let hours: Measure<[HourPart]>
    package let rhythm: Measure<RhythmPart>
    package let longestSitting: Measure<SittingPart>
    package let average: AveragePart
    package let themes: Measure<ThemesPart>
    package let newAndRepeated: Measure<NewAndRepeatedPart>
    package let series: [SeriesPart]
    package let leftEarly: [VideoPart]
    package let topics: [FavouritePart]
    package let characters: [FavouritePart]
    package let choosing: Measure<ChoosingPart>
    package let together: [IdeaPart]
    package let advice: [AdvicePart]
    package let suggestions: [SuggestionPart]
    package let guidance: GuidancePart

    package enum CodingKeys: String, CodingKey {
        case period, age, summary, days, total, hours, rhythm, average, themes, series, topics, characters, choosing
        case together, advice, suggestions, guidance
        case longestSitting = "longest_sitting"
        case newAndRepeated = "new_and_repeated"
        case leftEarly = "left_early"
    }
}

extension ReportResponse {
    /// A value, or why there is none: never both.
    package struct Measure<Value: Encodable & Sendable>: Encodable, Sendable {
        package let value: Value?
        package let missing: MissingPart?

        package init(_ measured: Measured<Value>, in language: Guardian.Language) {
            value = measured.value
            missing = measured.missing.map { MissingPart($0, in: language) }
        }
    }

    package struct MissingPart: Encodable, Sendable {
        package let code: Missing
        package let text: String

        package init(_ missing: Missing, in language: Guardian.Language) {
            code = missing
            text = missing.text[language]
        }
    }

    package struct Period: Encodable, Sendable {
        package let kind: ReportPeriod.Kind
        package let from: String
        package let to: String
        /// Whether all its days are over.
        package let complete: Bool

        package init(_ report: Report) {
            kind = report.period.kind
            from = report.period.from.description
            to = report.period.to.description
            complete = report.isComplete
        }
    }

    package struct WatchedPart: Encodable, Sendable {
        package let watchedMS: Int64

        package init(_ watched: Span) {
            watchedMS = watched.milliseconds
        }

        package enum CodingKeys: String, CodingKey {
            case watchedMS = "watched_ms"
        }
    }

    package struct DayPart: Encodable, Sendable {
        package let day: String
        package let watchedMS: Int64?
        package let missing: MissingPart?
        package let limitMS: Int64?
        package let withinLimit: Bool?

        package init(_ line: Report.DayLine, in language: Guardian.Language) {
            day = line.day.description
            watchedMS = line.watched.value?.milliseconds
            missing = line.watched.missing.map { MissingPart($0, in: language) }
            limitMS = line.limit?.milliseconds
            withinLimit = line.isWithinLimit
        }

        package enum CodingKeys: String, CodingKey {
            case day, missing
            case watchedMS = "watched_ms"
            case limitMS = "limit_ms"
            case withinLimit = "within_limit"
        }
    }

    package struct HourPart: Encodable, Sendable {
        package let hour: Int
        package let watchedMS: Int64

        package init(_ line: Report.HourLine) {
            hour = line.hour
            watchedMS = line.watched.milliseconds
        }

        package enum CodingKeys: String, CodingKey {
            case hour
            case watchedMS = "watched_ms"
        }
    }

    package struct RhythmPart: Encodable, Sendable {
        package let eveningsCloseToBed: Int?
        package let lateEvenings: Int?
        package let earlyMornings: Int

        package init(_ rhythm: Report.Rhythm) {
            eveningsCloseToBed = rhythm.eveningsCloseToBed
            lateEvenings = rhythm.lateEvenings
            earlyMornings = rhythm.earlyMornings
        }

        package enum CodingKeys: String, CodingKey {
            case eveningsCloseToBed = "evenings_close_to_bed"
            case lateEvenings = "late_evenings"
            case earlyMornings = "early_mornings"
        }
    }

    package struct SittingPart: Encodable, Sendable {
        package let startedAt: Timestamp
        package let endedAt: Timestamp
        package let watchedMS: Int64
        package let plays: Int

        package init(_ sitting: Sitting) {
            startedAt = Timestamp(sitting.start)
            endedAt = Timestamp(sitting.end)
            watchedMS = sitting.watched.milliseconds
            plays = sitting.plays
        }

        package enum CodingKeys: String, CodingKey {
            case plays
            case startedAt = "started_at"
            case endedAt = "ended_at"
            case watchedMS = "watched_ms"
        }
    }

    package struct AveragePart: Encodable, Sendable {
        package enum State: String, Encodable, Sendable { case known, withheld, unknown }

        package let state: State
        package let perDayMS: Int64?
        package let children: Int?
        package let text: String

        package init(_ average: BandAverage, in language: Guardian.Language) {
            switch average {
            case .average(let perDay, let count):
                (state, perDayMS, children) = (.known, perDay.milliseconds, count)
            case .withheld: (state, perDayMS, children) = (.withheld, nil, nil)
            case .unknown: (state, perDayMS, children) = (.unknown, nil, nil)
            }
            text = average.text[language]
        }

        package enum CodingKeys: String, CodingKey {
            case state, children, text
            case perDayMS = "per_day_ms"
        }
    }
}
