import Contract
import Foundation
import HTTPTypes
import SQL
import ServerKit
import TestSupport
import Testing

@testable import kyck

@Suite("What a database error is to the outside")
struct DatabaseProblemTests {
    @Test(
        "every error has its code and its Retry-After, and tells nothing of the database",
        arguments: [
            (.outcomeUnknown, .outcomeUnknown, 2), (.conflict, .unavailable, 1),
            (.unavailable("down"), .unavailable, 1),
            (.deadlineExceeded, .unavailable, 1), (.full, .storageFull, 60),
            (.constraint(.unique, name: "guardian.phone_lookup"), .conflict, nil),
            (.constraint(.check, name: "play_position_ms_check"), .conflict, nil),
            (.tooManyBindings(count: 9, limit: 8), .internal, nil), (.missingColumn("secret"), .internal, nil),
            (.unexpectedValue(column: "secret", expected: "Int"), .internal, nil),
            (.statement(code: "42P01", message: "secret"), .internal, nil),
        ] as [(DatabaseError, ProblemCode, Int?)]
    )
    func mapping(error: DatabaseError, code: ProblemCode, retryAfter: Int?) {
        #expect(error.problem.code == code)
        #expect(error.problem.retryAfter == retryAfter)
        #expect(error.problem.errors.isEmpty)
        #expect((code.status == 503) == (retryAfter == 1 || retryAfter == 2))
    }

    @Test("a database that is closed makes every answer a 503 with Retry-After", arguments: Engine.allCases)
    func closed(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            try await api.database.close()
            for (method, path) in [(HTTPRequest.Method.get, "/home"), (.delete, ""), (.get, "/history")] {
                let answer = try await api.send(method, family.path + path, as: family.guardian.token)
                answer.expect(.unavailable)
                #expect(answer.headers[.retryAfter] == "1")
            }
            try await api.askForCode(Person.park).expect(.unavailable)
            try await api.send(.get, "/ready").expect(.unavailable)
            try await api.send(.get, "/health").require(200)
        }
    }
}
