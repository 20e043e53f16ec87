import Domain
import Foundation

/// Writes the parts of a report that are figures: each with its heading, in sentences and tables.
struct ReportWriter {
    let report: Report
    let language: Guardian.Language
    /// Times of day are the family's.
    let zone: TimeZone

    private func fact(_ section: ReportSection, _ lines: Measured<[Wording]>) -> ReportPage.FactPart {
        ReportPage.FactPart(
            heading: section.title[language],
            explanation: section.explanation?[language],
            missing: lines.missing?.text[language],
            lines: (lines.value ?? []).map { $0[language] }
        )
    }

    private func list(_ section: ReportSection, _ lines: [Wording]) -> ReportPage.ListPart? {
        guard !lines.isEmpty else { return nil }
        return ReportPage.ListPart(
            heading: section.title[language],
            explanation: section.explanation?[language],
            lines: lines.map { $0[language] }
        )
    }

    // MARK: Charts

    /// Nil for a single day, whose sum stands in the head.
    var days: ReportPage.ChartPart? {
        guard let chart = Chart.days(of: report, in: language) else { return nil }
        return ReportPage.ChartPart(
            heading: ReportSection.days.title[language],
            explanation: ReportSection.days.explanation?[language],
            missing: report.total.missing?.text[language],
            svg: report.total.missing == nil ? chart.svg(named: "days") : nil,
            table: report.period.kind == .month ? calendar : dayTable,
            lines: []
        )
    }

    private func cell(_ line: Report.DayLine) -> ReportPage.Table.Cell {
        switch line.watched {
        case .known(let watched): ReportPage.Table.Cell(text: Wording(of: watched)[language], faint: false)
        case .missing(let reason): ReportPage.Table.Cell(text: reason.text[language], faint: true)
        }
    }

    private var dayTable: ReportPage.Table {
        let hasRule = report.days.contains { $0.limit != nil }
        return ReportPage.Table(
            caption: "\(ReportSection.days.title[language]), \(report.period.words(in: language))",
            columns: [Wording.day, .watched].map { $0[language] } + (hasRule ? [Wording.rule[language]] : []),
            rows: report.days.map { line in
                let limit = line.limit.map { $0 > .zero ? Wording(of: $0) : .none } ?? .noRule
                let rule = ReportPage.Table.Cell(text: limit[language], faint: line.limit == nil)
                return ReportPage.Table.Row(
                    head: line.day.words(in: language),
                    cells: [cell(line)] + (hasRule ? [rule] : [])
                )
            },
            calendar: false
        )
    }

    /// A month, its weeks below one another. Minutes alone: there is little room, and the unit stands in the caption.
    private var calendar: ReportPage.Table {
        let first = report.days.first?.day ?? report.period.from
        let lead = Weekday.allCases.firstIndex(of: Weekday(of: first)) ?? 0
        let empty = ReportPage.Table.Cell(text: "", faint: true)
        let cells = report.days.map { line -> ReportPage.Table.Cell in
            let minutes = line.watched.value.map { ($0.milliseconds + 30_000) / 60_000 }
            let text = minutes.map { $0 == 0 ? "<1" : String($0) } ?? (line.watched.missing == .notYet ? "" : "–")
            return ReportPage.Table.Cell(text: text, faint: minutes == nil)
        }
        let padded = Array(repeating: empty, count: lead) + cells
        let whole = padded + Array(repeating: empty, count: (7 - padded.count % 7) % 7)
        let weeks = stride(from: 0, to: whole.count, by: 7).map { Array(whole[$0..<$0 + 7]) }
        return ReportPage.Table(
            caption: Wording.minutesByDay[language],
            columns: [Wording.weekFrom[language]] + Weekday.allCases.map { $0.short[language] },
            rows: weeks.enumerated().map { number, cells in
                let day = Day(number: first.number + Int64(max(0, number * 7 - lead)))
                return ReportPage.Table.Row(head: String(day.day), cells: cells)
            },
            calendar: true
        )
    }

    var hours: ReportPage.ChartPart? {
        let chart = Chart.hours(of: report, in: language)
        let rows = (report.hours.value ?? []).filter { $0.watched > .zero }.map { line in
            ReportPage.Table.Row(
                head: "\(Wording(hour: line.hour)[language]) – \(Wording(hour: line.hour + 1)[language])",
                cells: [ReportPage.Table.Cell(text: Wording(of: line.watched)[language], faint: false)]
            )
        }
        return ReportPage.ChartPart(
            heading: ReportSection.hours.title[language],
            explanation: nil,
            missing: report.hours.missing?.text[language],
            svg: chart?.svg(named: "hours"),
            table: rows.isEmpty
                ? nil
                : ReportPage.Table(
                    caption: Wording.hoursWatched[language],
                    columns: [Wording.hour, .watched].map { $0[language] },
                    rows: rows,
                    calendar: false
                ),
            lines: rhythm.map { $0[language] }
        )
    }

    /// Only what there is to say: an evening on which nothing was watched late needs no line.
    private var rhythm: [Wording] {
        guard let rhythm = report.rhythm.value else { return [] }
        return [
            rhythm.eveningsCloseToBed.flatMap { $0 > 0 ? Wording(eveningsCloseToBed: $0) : nil },
            rhythm.lateEvenings.flatMap { $0 > 0 ? Wording(lateEvenings: $0) : nil },
            rhythm.earlyMornings > 0 ? Wording(earlyMornings: rhythm.earlyMornings) : nil,
        ].compactMap(\.self)
    }

    // MARK: Sentences

    var sitting: ReportPage.FactPart {
        fact(
            .sitting,
            report.longestSitting.map { sitting in
                let local = sitting.start + .seconds(Int64(zone.secondsFromGMT(for: sitting.start.date)))
                let day = Day(of: local)
                let midnight = Instant(millisecondsSince1970: 0) + .days(day.number)
                let minute = Int((local - midnight).milliseconds / 60_000)
                return [Wording(sitting, on: day, atMinute: minute)]
            }
        )
    }

    var average: ReportPage.FactPart {
        fact(.average, .known([report.average.text]))
    }

    var newAndRepeated: ReportPage.FactPart {
        fact(
            .newAndRepeated,
            report.newAndRepeated.map { seen in
                [Wording(new: seen.newVideos, known: seen.knownVideos)]
                    + (seen.mostPlayed.map { [Wording(mostPlayed: $0)] } ?? [])
            }
        )
    }

    var choosing: ReportPage.FactPart {
        fact(.choosing, report.choosing.map { [Wording($0)] })
    }

    // MARK: Lists

    var series: ReportPage.ListPart? { list(.series, report.series.map(Wording.init)) }

    var favourites: ReportPage.ListPart? {
        list(.favourites, (report.topics + report.characters).map(Wording.init))
    }

    var leftEarly: ReportPage.ListPart? {
        list(.leftEarly, report.leftEarly.map { $0.title ?? .unknownTitle })
    }
}
