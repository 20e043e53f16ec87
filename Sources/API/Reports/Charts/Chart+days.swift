import Domain

extension Chart {
    /// The days of a week or a month, each beside what the rule gave it. Nil for a single day, which is no chart.
    ///
    /// - Parameter isAlone: it is a picture by itself and says in it what it shows.
    static func days(of report: Report, in language: Guardian.Language, isAlone: Bool = false) -> Chart? {
        guard report.days.count > 1 else { return nil }
        return DayDrawing(report: report, language: language, isAlone: isAlone).chart
    }
}

private struct DayDrawing {
    let report: Report
    let language: Guardian.Language
    let isAlone: Bool

    private var plot: PlotArea {
        let longest = report.days.flatMap { [$0.watched.value ?? .zero, $0.limit ?? .zero] }.max() ?? .zero
        let minutes = Int((longest.milliseconds + 59_999) / 60_000)
        return PlotArea(top: isAlone ? 64 : 26, axis: MinuteAxis(reaching: minutes))
    }

    /// Of one day.
    private var slot: Double { (PlotArea.right - PlotArea.left) / Double(report.days.count) }
    private var isWeek: Bool { report.days.count <= 7 }
    private var title: String { ReportSection.days.title[language] }

    var chart: Chart {
        let plot = plot
        let legend = legend
        let labels = plot.bottom + (isWeek ? 34 : 20)
        var chart = Chart(
            height: labels + Legend.height(of: legend),
            title: "\(title), \(report.period.words(in: language))",
            description: description
        )
        if isAlone {
            chart.texts.append(Chart.Text(title, x: 8, y: 18, size: 14, isStrong: true))
            chart.texts.append(Chart.Text(report.period.words(in: language), x: 8, y: 36))
        }
        plot.draw(in: &chart, unit: Wording.minutes[language])
        for (place, line) in report.days.enumerated() { draw(line, at: place, on: plot, in: &chart) }
        chart.rule = rule(on: plot)
        Legend.draw(legend, at: labels, in: &chart)
        return chart
    }

    private func draw(_ line: Report.DayLine, at place: Int, on plot: PlotArea, in chart: inout Chart) {
        let left = PlotArea.left + Double(place) * slot
        let middle = left + slot / 2
        let width = min(28, slot * 0.64)
        if let watched = line.watched.value {
            let within = min(watched, line.limit ?? watched)
            let (top, edge) = (plot.y(of: watched), plot.y(of: within))
            func bar(_ top: Double, _ bottom: Double, _ kind: Chart.Bar.Kind) {
                guard bottom > top else { return }
                chart.bars.append(
                    Chart.Bar(x: middle - width / 2, y: top, width: width, height: bottom - top, kind: kind)
                )
            }
            // What is within the tolerance is within the rule.
            let isWithin = line.isWithinLimit ?? true
            bar(isWithin ? top : edge, plot.bottom, .watched)
            if !isWithin { bar(top, edge, .beyondTheRule) }
            if isWeek {
                let minutes = (watched.milliseconds + 30_000) / 60_000
                let text = minutes == 0 ? "<1" : String(minutes)
                chart.texts.append(Chart.Text(text, x: middle, y: top - 4, .middle, isStrong: true))
            }
        } else if line.watched.missing != .notYet {
            chart.gaps.append(Chart.Point(x: middle, y: plot.bottom - 5))
        }
        if isWeek {
            let weekday = Weekday(of: line.day).short[language]
            chart.texts.append(Chart.Text(weekday, x: middle, y: plot.bottom + 14, .middle))
            chart.texts.append(Chart.Text(String(line.day.day), x: middle, y: plot.bottom + 28, .middle, size: 11))
        } else if place.isMultiple(of: 7) {
            chart.texts.append(Chart.Text(String(line.day.day), x: middle, y: plot.bottom + 14, .middle, size: 11))
        }
    }

    /// Days of one limit beside one another have one line.
    private func rule(on plot: PlotArea) -> [Chart.Level] {
        var levels: [Chart.Level] = []
        for (place, line) in report.days.enumerated() {
            guard let limit = line.limit else { continue }
            let (from, y) = (PlotArea.left + Double(place) * slot, plot.y(of: limit))
            if let last = levels.last, last.y == y, abs(last.to - from) < 0.01 {
                levels[levels.count - 1] = Chart.Level(from: last.from, to: from + slot, y: y)
            } else {
                levels.append(Chart.Level(from: from, to: from + slot, y: y))
            }
        }
        return levels
    }

    private var legend: [Legend.Entry] {
        var entries = [Legend.Entry(kind: .watched, text: Wording.watched[language])]
        if report.days.contains(where: { $0.isWithinLimit == false }) {
            entries.append(Legend.Entry(kind: .beyondTheRule, text: Wording.beyondTheRule[language]))
        }
        if report.days.contains(where: { $0.limit != nil }) {
            entries.append(Legend.Entry(kind: .rule, text: Wording.rule[language]))
        }
        if report.days.contains(where: { $0.watched.missing.map { $0 != .notYet } ?? false }) {
            entries.append(Legend.Entry(kind: .gap, text: Wording.noRecord[language]))
        }
        return entries
    }

    private var description: String {
        let watched = report.days.compactMap { line in
            line.watched.value.map { "\(line.day.words(in: language)) \(Wording(of: $0)[language])" }
        }
        return watched.isEmpty ? report.summary[language] : watched.joined(separator: ", ")
    }
}

/// What the signs mean, in as many lines as it takes.
struct Legend {
    struct Entry: Sendable {
        let kind: Chart.Swatch.Kind
        let text: String
    }

    private static let line = 18.0
    private static let gap = 14.0

    static func height(of entries: [Entry]) -> Double {
        Double(Set(places(of: entries).map(\.line)).count) * line + 10
    }

    static func draw(_ entries: [Entry], at top: Double, in chart: inout Chart) {
        for (entry, place) in zip(entries, places(of: entries)) {
            let y = top + Double(place.line) * line + 10
            chart.swatches.append(Chart.Swatch(x: place.x, y: y, kind: entry.kind))
            chart.texts.append(text(entry, x: place.x, y: y + 4))
        }
    }

    private static func text(_ entry: Entry, x: Double, y: Double) -> Chart.Text {
        Chart.Text(entry.text, x: x + Chart.Swatch.width + 5, y: y, size: 11)
    }

    private static func places(of entries: [Entry]) -> [(x: Double, line: Int)] {
        var (x, line) = (PlotArea.left, 0)
        return entries.map { entry in
            let width = text(entry, x: 0, y: 0).right
            if x > PlotArea.left, x + width > Chart.width {
                (x, line) = (PlotArea.left, line + 1)
            }
            defer { x += width + gap }
            return (x, line)
        }
    }
}

extension Chart {
    /// What a message shows: the days, or the hours of a single day. Nil where nothing is known of them.
    static func picture(of report: Report, in language: Guardian.Language) -> Chart? {
        days(of: report, in: language, isAlone: true) ?? hours(of: report, in: language)
    }
}
