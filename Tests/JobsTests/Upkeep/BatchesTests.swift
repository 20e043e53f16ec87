import Jobs
import Synchronization
import Testing

@Suite("Work in batches", .timeLimit(.minutes(10)))
struct BatchesTests {
    @Test("A step is repeated until it finds nothing to do, and what it did is added up")
    func adds() async throws {
        let steps = Mutex([3, 2, 0, 9])
        let total = try await inBatches { steps.withLock { $0.removeFirst() } }
        #expect(total == 5)
        #expect(steps.withLock { $0 } == [9])
    }

    @Test("A job that is stopped ends the step it is at, and begins no other")
    func stops() async throws {
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let steps = Mutex(0)
        let job = Task {
            try await inBatches {
                begin.yield()
                while !Task.isCancelled { await Task.yield() }
                steps.withLock { $0 += 1 }
                return 1
            }
        }
        for await _ in begun { break }
        job.cancel()
        await #expect(throws: CancellationError.self) { try await job.value }
        #expect(steps.withLock { $0 } == 1)
    }
}
