import Domain

/// Where everything of a chart stands. A value without ink: what overlaps or leaves the picture can be reckoned.
///
/// The box is as wide as a phone shows at the size of its own text; on paper two stand side by side.
struct Chart: Sendable, Hashable {
    static let width = 360.0

    let height: Double
    /// What it shows, and what is to be seen in it, for those who do not see it.
    let title: String
    let description: String
    var bars: [Bar] = []
    /// The family's rule: level pieces, from left to right.
    var rule: [Level] = []
    /// The axis and what stands above it.
    var grid: [Level] = []
    /// Where a bar would stand, had something been recorded.
    var gaps: [Point] = []
    var swatches: [Swatch] = []
    var texts: [Text] = []

    struct Point: Sendable, Hashable {
        let x: Double
        let y: Double
    }

    struct Bar: Sendable, Hashable {
        let x: Double
        let y: Double
        let width: Double
        let height: Double
        let kind: Kind

        /// Told apart by their filling, not by their colour alone.
        enum Kind: Sendable { case watched, beyondTheRule }
    }

    struct Level: Sendable, Hashable {
        let from: Double
        let to: Double
        let y: Double
    }

    /// A sign of the legend.
    struct Swatch: Sendable, Hashable {
        enum Kind: Sendable { case watched, beyondTheRule, rule, gap }

        let x: Double
        /// Of its middle.
        let y: Double
        let kind: Kind

        static let width = 14.0
    }

    struct Text: Sendable, Hashable {
        enum Anchor: String, Sendable { case start, middle, end }

        let text: String
        let x: Double
        /// Of the line it stands on.
        let y: Double
        let anchor: Anchor
        let size: Double
        let isStrong: Bool

        init(
            _ text: String,
            x: Double,
            y: Double,
            _ anchor: Anchor = .start,
            size: Double = 12,
            isStrong: Bool = false
        ) {
            self.text = text
            self.x = x
            self.y = y
            self.anchor = anchor
            self.size = size
            self.isStrong = isStrong
        }

        /// How wide it is drawn, at most: which typeface will draw it is not known here.
        var width: Double {
            let factor = isStrong ? 1.05 : 1
            return text.unicodeScalars.reduce(0) { $0 + Self.breadth(of: $1) } * size * factor
        }

        var left: Double {
            switch anchor {
            case .start: x
            case .middle: x - width / 2
            case .end: x - width
            }
        }

        var right: Double { left + width }
        var top: Double { y - size * 0.85 }
        var bottom: Double { y + size * 0.25 }

        func overlaps(_ other: Text) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }

        /// In ems.
        private static func breadth(of scalar: Unicode.Scalar) -> Double {
            switch scalar.value {
            case 0x20, 0x2E, 0x2C, 0x2D, 0x3A, 0x28, 0x29: 0.35
            case ..<0x250: 0.62
            default: 1
            }
        }
    }
}

/// Minutes on an axis: round steps, at most four of them.
struct MinuteAxis: Sendable, Hashable {
    let step: Int
    let top: Int

    init(reaching minutes: Int) {
        let steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360]
        step = steps.first { $0 * 4 >= minutes } ?? ((minutes + 3) / 4 + 59) / 60 * 60
        top = max(step, (minutes + step - 1) / step * step)
    }

    var ticks: [Int] { Array(stride(from: 0, through: top, by: step)) }
}

/// The part of a chart in which bars stand.
struct PlotArea: Sendable, Hashable {
    static let left = 40.0
    static let right = Chart.width - 8
    static let height = 132.0

    let top: Double
    let axis: MinuteAxis

    var bottom: Double { top + Self.height }

    func y(of span: Span) -> Double {
        let share = Double(span.milliseconds) / Double(axis.top * 60_000)
        return bottom - min(1, max(0, share)) * Self.height
    }

    /// The axis, its lines and their numbers.
    func draw(in chart: inout Chart, unit: String) {
        for tick in axis.ticks {
            let y = y(of: .minutes(Int64(tick)))
            chart.grid.append(Chart.Level(from: Self.left, to: Self.right, y: y))
            chart.texts.append(Chart.Text(String(tick), x: Self.left - 6, y: y + 4, .end))
        }
        chart.texts.append(Chart.Text(unit, x: Self.left - 6, y: top - 10, .end, size: 11))
    }
}
