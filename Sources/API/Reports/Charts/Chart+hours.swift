import Domain

extension Chart {
    /// When in the day something was watched, over all days of the period. Nil where that is not known.
    static func hours(of report: Report, in language: Guardian.Language) -> Chart? {
        guard let hours = report.hours.value else { return nil }
        let title = ReportSection.hours.title[language]
        let longest = hours.map(\.watched).max() ?? .zero
        let minutes = Int((longest.milliseconds + 59_999) / 60_000)
        let plot = PlotArea(top: 26, axis: MinuteAxis(reaching: minutes))
        let watched = hours.filter { $0.watched > .zero }.map { line in
            "\(Wording(hour: line.hour)[language]) \(Wording(of: line.watched)[language])"
        }
        var chart = Chart(height: plot.bottom + 28, title: title, description: watched.joined(separator: ", "))
        plot.draw(in: &chart, unit: Wording.minutes[language])
        let slot = (PlotArea.right - PlotArea.left) / Double(hours.count)
        for line in hours where line.watched > .zero {
            let top = plot.y(of: line.watched)
            chart.bars.append(
                Bar(
                    x: PlotArea.left + Double(line.hour) * slot + slot * 0.12,
                    y: top,
                    width: slot * 0.76,
                    height: plot.bottom - top,
                    kind: .watched
                )
            )
        }
        for hour in stride(from: 0, through: 24, by: 6) {
            let x = PlotArea.left + Double(hour) * slot
            let anchor: Text.Anchor = hour == 24 ? .end : .middle
            let text = Wording(hour: hour)[language]
            chart.texts.append(Text(text, x: hour == 24 ? Chart.width : x, y: plot.bottom + 18, anchor, size: 11))
        }
        return chart
    }
}
