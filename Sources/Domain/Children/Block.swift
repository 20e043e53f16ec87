/// Something a guardian took out of a child's sight.
package struct Block: Sendable, Hashable {
    package enum Target: Sendable, Hashable {
        case video(Video.ID)
        case channel(Channel.ID)
        case series(Series.ID)
        case label(Label.ID)
    }

    package enum Kind: String, Sendable, CaseIterable, Codable {
        case video, channel, series, label
    }

    package var target: Target
    package var createdAt: Instant

    package init(target: Target, createdAt: Instant) {
        self.target = target
        self.createdAt = createdAt
    }
}

extension Block.Target {
    /// Nil when `id` is not an id.
    package init?(kind: Block.Kind, id: String) {
        let target: Self? =
            switch kind {
            case .video: Video.ID(id).map(Self.video)
            case .channel: Channel.ID(id).map(Self.channel)
            case .series: Series.ID(id).map(Self.series)
            case .label: Label.ID(id).map(Self.label)
            }
        guard let target else { return nil }
        self = target
    }

    package var kind: Block.Kind {
        switch self {
        case .video: .video
        case .channel: .channel
        case .series: .series
        case .label: .label
        }
    }

    package var id: String {
        switch self {
        case .video(let id): id.description
        case .channel(let id): id.description
        case .series(let id): id.description
        case .label(let id): id.description
        }
    }
}
