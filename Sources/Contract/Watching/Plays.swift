package import Domain

/// `POST /v1/children/{id}/plays`
package struct NewPlay: JSONBody {
    package let videoID: Video.ID
    package let surface: Surface
    /// The code of the reason that the video came with; null or absent where it came without.
    package let reason: Recommendation.Reason?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case surface, reason
        case videoID = "video_id"
    }
}

package struct PlayResponse: Codable, Sendable {
    package let playID: Play.ID
    package let resumeMS: Int64
    /// Whether another video may follow this one by itself, as long as time is not over; if not, the child has to choose.
    package let mayAutoplayNext: Bool
    package let allowance: AllowanceResponse

    package init(playID: Play.ID, resumeMS: Int64, mayAutoplayNext: Bool, allowance: AllowanceResponse) {
        self.playID = playID
        self.resumeMS = resumeMS
        self.mayAutoplayNext = mayAutoplayNext
        self.allowance = allowance
    }

    package enum CodingKeys: String, CodingKey {
        case allowance
        case playID = "play_id"
        case resumeMS = "resume_ms"
        case mayAutoplayNext = "may_autoplay_next"
    }
}

/// `POST /v1/plays/{id}/beats`: what a device's outbox holds, in any order.
package struct Beats: JSONBody {
    /// An outbox of a day at one beat in ten seconds would be 8,640; the app sends it in parts.
    package static let limit = 500

    package struct Item: Decodable, Sendable {
        package let n: Int64
        package let at: Timestamp
        package let positionMS: Int64
        package let playedMS: Int64
        package let state: PlayLedger.State

        package enum CodingKeys: String, CodingKey, CaseIterable {
            case n, at, state
            case positionMS = "position_ms"
            case playedMS = "played_ms"
        }

        package init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownFields(besides: CodingKeys.self)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            n = try container.decode(Int64.self, forKey: .n)
            at = try container.decode(Timestamp.self, forKey: .at)
            positionMS = try container.decode(Int64.self, forKey: .positionMS)
            playedMS = try container.decode(Int64.self, forKey: .playedMS)
            state = try container.decode(PlayLedger.State.self, forKey: .state)
        }
    }

    package let beats: [Item]

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case beats
    }

    /// A day in milliseconds: nothing a beat says may be longer.
    private static let day: Int64 = 86_400_000

    package func validate() throws(InvalidField) {
        guard !beats.isEmpty else { throw InvalidField("beats", .tooShort) }
        guard beats.count <= Self.limit else { throw InvalidField("beats", .tooLong) }
        for (index, beat) in beats.enumerated() {
            try InvalidField.check("beats.\(index).n", beat.n, in: 1...1_000_000_000)
            try InvalidField.check("beats.\(index).position_ms", beat.positionMS, in: 0...Self.day)
            try InvalidField.check("beats.\(index).played_ms", beat.playedMS, in: 0...Self.day)
        }
    }
}

package struct BeatsResponse: Codable, Sendable {
    /// How many were counted; the others had been heard before or are too old.
    package let accepted: Int
    package let allowance: AllowanceResponse

    package init(accepted: Int, allowance: AllowanceResponse) {
        self.accepted = accepted
        self.allowance = allowance
    }
}

/// `POST /v1/videos/{id}/health`
package struct HealthReport: JSONBody {
    /// The player's own number: 2, 5, 100, 101, 150 or 153.
    package let errorCode: Int

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case errorCode = "error_code"
    }

    package func validate() throws(InvalidField) {
        try InvalidField.check("error_code", errorCode, in: 0...999)
    }
}
