import CoreMetrics
import Synchronization

/// One line (or, of a histogram, one group of lines) of a metric.
protocol Series: AnyObject, Sendable {
    func text(name: String) -> String
}

final class IntegerSeries: Series, CounterHandler {
    private let labels: String
    private let value = Atomic<Int64>(0)

    init(labels: String) {
        self.labels = labels
    }

    func increment(by amount: Int64) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        value.store(0, ordering: .relaxed)
    }

    func text(name: String) -> String {
        "\(PrometheusText.series(name, labels)) \(value.load(ordering: .relaxed))\n"
    }
}

final class GaugeSeries: Series, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let labels: String
    private let value = Mutex<Double>(0)

    init(labels: String) {
        self.labels = labels
    }

    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func reset() { set(0.0) }

    func text(name: String) -> String {
        "\(PrometheusText.series(name, labels)) \(PrometheusText.number(value.withLock { $0 }))\n"
    }
}

final class HistogramSeries: Series, TimerHandler, RecorderHandler {
    private struct State {
        /// How many values fell into each bucket (not yet summed up), and last those above all bounds.
        var counts: [Int]
        var sum = 0.0
    }

    private let labels: String
    private let bounds: [Double]
    private let state: Mutex<State>

    init(labels: String, bounds: [Double]) {
        self.labels = labels
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func text(name: String) -> String {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        var text = ""
        var total = 0
        for (count, bound) in zip(counts, bounds.map(PrometheusText.number) + ["+Inf"]) {
            total += count
            let withBound = (labels.isEmpty ? "" : "\(labels),") + "le=\"\(bound)\""
            text += "\(PrometheusText.series("\(name)_bucket", withBound)) \(total)\n"
        }
        text += "\(PrometheusText.series("\(name)_sum", labels)) \(PrometheusText.number(sum))\n"
        text += "\(PrometheusText.series("\(name)_count", labels)) \(total)\n"
        return text
    }
}

/// The words of the exposition format.
enum PrometheusText {
    /// Letters, digits, `_` and `:`, no digit in front; whatever else is written becomes `_`.
    static func name(_ label: String, colons: Bool = true) -> String {
        var name = String(label.map { isNameCharacter($0) || (colons && $0 == ":") ? $0 : "_" })
        if name.first?.isNumber ?? true { name = "_" + name }
        return name
    }

    /// `route="/v1/me",method="GET"`, sorted by name, values escaped.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions
            .map { (name($0.0, colons: false), $0.1) }
            .sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\(escaped($0.1))\"" }
            .joined(separator: ",")
    }

    static func series(_ name: String, _ labels: String) -> String {
        labels.isEmpty ? name : "\(name){\(labels)}"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return abs(value) < 1e15 && value == value.rounded() ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }
}
