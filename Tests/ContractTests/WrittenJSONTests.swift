import Contract
import Domain
import Foundation
import Testing

@Suite("Answers that write their JSON themselves")
struct WrittenJSONTests {
    private static let answers: [BeatsResponse] = [
        BeatsResponse(accepted: 0, allowance: AllowanceResponse(watchedTodayMS: 0)),
        BeatsResponse(
            accepted: 500,
            allowance: AllowanceResponse(watchedTodayMS: 86_400_000, remainingMS: 0, cause: .learningOver)
        ),
        BeatsResponse(
            accepted: 1,
            allowance: AllowanceResponse(
                watchedTodayMS: .max,
                remainingMS: -1,
                endsAt: Timestamp(millisecondsSince1970: 1_795_000_000_123),
                warning: 5,
                mayFinish: true,
                totalLeftMS: 0,
                learningLeftMS: 60_000,
                funLeftMS: .max
            )
        ),
    ]

    @Test("is, byte by byte, what the encoder writes", arguments: answers.indices)
    func same(index: Int) throws {
        let answer = Self.answers[index]
        #expect(try String(decoding: JSONEncoder.kyck.encode(answer), as: UTF8.self) == answer.json)
    }
}
