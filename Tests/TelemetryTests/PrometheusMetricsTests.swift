import CoreMetrics
import Foundation
import Telemetry
import Testing

@Suite struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics(process: { [] })

    @Test("counters add up per set of labels, whatever order the labels are given in")
    func counters() {
        let get = Counter(
            label: "http_requests_total",
            dimensions: [("route", "/v1/me"), ("method", "GET")],
            factory: metrics
        )
        let same = Counter(
            label: "http_requests_total",
            dimensions: [("method", "GET"), ("route", "/v1/me")],
            factory: metrics
        )
        get.increment(by: 2)
        same.increment()
        Counter(label: "http_requests_total", dimensions: [("method", "PUT"), ("route", "/v1/me")], factory: metrics)
            .increment()
        #expect(
            metrics.text() == """
                # TYPE http_requests_total counter
                http_requests_total{method="GET",route="/v1/me"} 3
                http_requests_total{method="PUT",route="/v1/me"} 1

                """
        )
    }

    @Test("a timer is a histogram in seconds whose buckets include the smaller ones")
    func timers() {
        let timer = CoreMetrics.Timer(label: "home_seconds", factory: metrics)
        timer.recordMilliseconds(3)
        timer.recordMilliseconds(40)
        timer.recordSeconds(60)
        let lines = metrics.text().split(separator: "\n")
        #expect(lines.first == "# TYPE home_seconds histogram")
        #expect(lines.contains(#"home_seconds_bucket{le="0.0025"} 0"#))
        #expect(lines.contains(#"home_seconds_bucket{le="0.005"} 1"#))
        #expect(lines.contains(#"home_seconds_bucket{le="0.05"} 2"#))
        #expect(lines.contains(#"home_seconds_bucket{le="10"} 2"#))
        #expect(lines.contains(#"home_seconds_bucket{le="+Inf"} 3"#))
        #expect(lines.contains("home_seconds_sum 60.043"))
        #expect(lines.contains("home_seconds_count 3"))
    }

    @Test("meters and plain recorders are gauges")
    func gauges() {
        let meter = Meter(label: "open", factory: metrics)
        meter.set(5)
        meter.increment(by: 1.5)
        meter.decrement()
        Recorder(label: "last", dimensions: [], aggregate: false, factory: metrics).record(7)
        #expect(metrics.text() == "# TYPE last gauge\nlast 7\n# TYPE open gauge\nopen 5.5\n")
    }

    @Test("names and label values are written so that Prometheus can read them")
    func escaping() {
        Counter(label: "1.a-b", dimensions: [("x.y", "say \"hi\"\\\nbye")], factory: metrics).increment()
        #expect(metrics.text() == "# TYPE _1_a_b counter\n_1_a_b{x_y=\"say \\\"hi\\\"\\\\\\nbye\"} 1\n")
    }

    @Test("a name used for two kinds becomes two names")
    func kinds() {
        Counter(label: "x", factory: metrics).increment()
        Meter(label: "x", factory: metrics).set(2)
        #expect(metrics.text() == "# TYPE x counter\nx 1\n# TYPE x_gauge gauge\nx_gauge 2\n")
    }

    @Test("more label sets than allowed are counted together")
    func overflow() {
        let small = PrometheusMetrics(maximumSeries: 2, process: { [] })
        for index in 1...5 { Counter(label: "x", dimensions: [("id", "\(index)")], factory: small).increment() }
        #expect(
            small.text() == """
                # TYPE x counter
                x{id="1"} 1
                x{id="2"} 1
                x{overflow="true"} 3

                """
        )
    }

    @Test("what is destroyed is gone")
    func destroy() {
        let counter = Counter(label: "x", factory: metrics)
        counter.increment()
        counter.destroy()
        #expect(metrics.text().isEmpty)
    }

    @Test("counting from many tasks loses nothing")
    func concurrency() async {
        let metrics = metrics
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        Counter(label: "n", factory: metrics).increment()
                        CoreMetrics.Timer(label: "t", factory: metrics).recordNanoseconds(1)
                    }
                }
            }
        }
        #expect(metrics.text().contains("\nn 8000\n"))
        #expect(metrics.text().contains("t_count 8000\n"))
    }

    @Test("the process tells its memory, its files and its start")
    func process() throws {
        let samples = Dictionary(uniqueKeysWithValues: ProcessMetrics.samples().map { ($0.name, $0.value) })
        #expect(try #require(samples["process_resident_memory_bytes"]) > 1_000_000)
        #expect(try #require(samples["process_open_fds"]) >= 3)
        let start = try #require(samples["process_start_time_seconds"])
        let age = Date().timeIntervalSince1970 - start
        #expect(age > -2 && age < 24 * 3600)
        #expect(PrometheusMetrics().text().contains("# TYPE process_open_fds gauge\nprocess_open_fds "))
    }
}
