package import CoreMetrics
import Synchronization

/// Keeps the numbers that swift-metrics is given and writes them as Prometheus text (exposition format 0.0.4).
///
/// Our own, and small, because swift-prometheus is not in the package set this is built from (STYLE.md). Counters are
/// counters, meters and plain recorders gauges, timers histograms in seconds, aggregating recorders histograms.
package final class PrometheusMetrics: MetricsFactory, Sendable {
    /// Upper bounds in seconds: a home answers within a few milliseconds, the slowest deadline is ten seconds.
    package static let timeBuckets: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Upper bounds for sizes and counts.
    package static let sizeBuckets: [Double] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 10_000, 100_000, 1_000_000]

    private struct Family {
        let kind: String
        var series: [String: any Series] = [:]
    }

    /// Of one name. Labels are ours and few; should a mistake let a client choose one, the rest is counted together.
    private let maximumSeries: Int
    private let families = Mutex<[String: Family]>([:])
    private let process: @Sendable () -> [ProcessMetrics.Sample]

    package init(
        maximumSeries: Int = 2000,
        process: @escaping @Sendable () -> [ProcessMetrics.Sample] = ProcessMetrics.samples
    ) {
        self.maximumSeries = maximumSeries
        self.process = process
    }

    /// Everything, as `/metrics` answers it: families and their series sorted by name.
    package func text() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            text += "# TYPE \(name) \(family.kind)\n"
            for (_, series) in family.series.sorted(by: { $0.key < $1.key }) { text += series.text(name: name) }
        }
        for sample in process() {
            text += "# TYPE \(sample.name) gauge\n\(sample.name) \(PrometheusText.number(sample.value))\n"
        }
        return text
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, kind: "counter") { IntegerSeries(labels: $0) }
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, kind: "counter", suffix: "_real") { GaugeSeries(labels: $0) }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, kind: "gauge") { GaugeSeries(labels: $0) }
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate {
            series(label, dimensions, kind: "histogram") { HistogramSeries(labels: $0, bounds: Self.sizeBuckets) }
        } else {
            series(label, dimensions, kind: "gauge") { GaugeSeries(labels: $0) }
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, kind: "histogram") { HistogramSeries(labels: $0, bounds: Self.timeBuckets) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler) }

    /// The series of a name and labels: the one there is, or a new one. A name that is in use for another kind gets the
    /// kind as a suffix, for a family has one type.
    private func series<Wanted: Series>(
        _ label: String,
        _ dimensions: [(String, String)],
        kind: String,
        suffix: String = "",
        make: (String) -> Wanted
    ) -> Wanted {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return families.withLock { families in
            for candidate in [name, "\(name)_\(kind)\(suffix)"] {
                var family = families[candidate] ?? Family(kind: kind)
                guard family.kind == kind else { continue }
                let isFull = family.series[labels] == nil && family.series.count >= maximumSeries
                let key = isFull ? #"overflow="true""# : labels
                if let known = family.series[key] {
                    guard let known = known as? Wanted else { continue }
                    return known
                }
                let made = make(key)
                family.series[key] = made
                families[candidate] = family
                return made
            }
            // Three kinds under one name: a mistake of ours, counted and not shown.
            return make(labels)
        }
    }

    private func forget(_ handler: AnyObject) {
        families.withLock { families in
            families = families.mapValues { family in
                Family(kind: family.kind, series: family.series.filter { $0.value !== handler })
            }
        }
    }
}
