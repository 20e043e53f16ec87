package import Domain

/// `POST /v1/children/{id}/bonus`
package struct NewBonus: JSONBody {
    package let minutes: Int

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case minutes
    }

    package func validate() throws(InvalidField) {
        try InvalidField.check("minutes", minutes, in: Bonus.limits)
    }
}

package struct BonusResponse: Codable, Sendable {
    /// The family's date it is for.
    package let day: String
    /// All that was granted for the day.
    package let minutes: Int
    package let allowance: AllowanceResponse

    package init(_ bonus: Bonus, allowance: AllowanceResponse) {
        day = bonus.day.description
        minutes = bonus.minutes
        self.allowance = allowance
    }
}

/// `POST /v1/children/{id}/requests`
package struct NewRequest: JSONBody {
    package let kind: ChildRequest.Kind
    package let videoID: Video.ID?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case kind
        case videoID = "video_id"
    }

    package func validate() throws(InvalidField) {
        if kind == .video, videoID == nil { throw InvalidField("video_id", .required) }
        if kind == .time, videoID != nil { throw InvalidField("video_id", .unknown) }
    }
}

/// `POST /v1/children/{id}/requests/{id}/decision`
package struct RequestDecision: JSONBody {
    package let granted: Bool
    /// For time that is granted, and for nothing else.
    package let minutes: Int?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case granted, minutes
    }

    package func validate() throws(InvalidField) {
        if let minutes { try InvalidField.check("minutes", minutes, in: Bonus.limits) }
        if !granted, minutes != nil { throw InvalidField("minutes", .unknown) }
    }
}

/// What was asked for, and what became of it.
package struct RequestResponse: Codable, Sendable {
    package let id: ChildRequest.ID
    package let kind: ChildRequest.Kind
    /// This and `video` are left out where whoever asks may not see it.
    package let videoID: Video.ID?
    package let video: VideoResponse?
    package let state: ChildRequest.State
    /// Granted.
    package let minutes: Int?
    package let createdAt: Timestamp
    package let decidedAt: Timestamp?
    /// What the child has left after the decision; left out of lists.
    package let allowance: AllowanceResponse?

    /// - Parameter video: the one that is asked for, past the verdict.
    package init(_ request: ChildRequest, video: VideoResponse?, allowance: AllowanceResponse? = nil) {
        self.init(request, videoID: video?.id, video: video, allowance: allowance)
    }

    /// For the family's export, which holds the ids of everything.
    package init(exporting request: ChildRequest) {
        self.init(request, videoID: request.subject.video, video: nil, allowance: nil)
    }

    private init(
        _ request: ChildRequest,
        videoID: Video.ID?,
        video: VideoResponse?,
        allowance: AllowanceResponse?
    ) {
        self.allowance = allowance
        id = request.id
        kind = request.subject.kind
        self.videoID = videoID
        self.video = video
        state = request.state
        minutes = request.minutes
        createdAt = Timestamp(request.createdAt)
        decidedAt = request.decidedAt.map { Timestamp($0) }
    }

    package enum CodingKeys: String, CodingKey {
        case id, kind, video, state, minutes, allowance
        case videoID = "video_id"
        case createdAt = "created_at"
        case decidedAt = "decided_at"
    }
}
