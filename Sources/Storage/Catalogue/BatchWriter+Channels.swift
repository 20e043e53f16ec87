import Domain
import SQL

extension BatchWriter {
    private struct KnownChannel {
        var id: Channel.ID
        var title: String?
        var isFresh: Bool
    }

    /// Our ids of the videos' channels; channels that are new are added with the title the videos give them.
    func channelIDs(of videos: [JudgedVideo]) throws -> [String: Channel.ID] {
        var titles: [String: String?] = [:]
        for video in videos {
            guard let id = video.facts.channelID else { continue }
            // The last title counts; a video without one takes none away.
            if let title = video.facts.channelTitle {
                titles.updateValue(title, forKey: id)
            } else if titles[id] == nil {
                titles.updateValue(nil, forKey: id)
            }
        }
        let known = try channels(titles.keys.sorted())
        var found = known.mapValues(\.id)
        var inserts: [Query] = []
        var fresh: [Channel.ID] = []
        for (youtubeID, title) in titles.sorted(by: { $0.key < $1.key }) {
            guard let channel = known[youtubeID] else {
                let id = ids.next(Channel.self)
                found[youtubeID] = id
                inserts.append("(\(id), \(youtubeID), \(title), \(now), \(now))")
                continue
            }
            if let title, title != channel.title {
                try transaction.run(
                    "UPDATE channel SET title = \(title), fetched_at = \(now) WHERE id = \(channel.id)"
                )
            } else if title != nil, !channel.isFresh {
                fresh.append(channel.id)
            }
        }
        try transaction.insert(inserts, columns: 5) { values in
            "INSERT INTO channel (id, youtube_id, title, fetched_at, created_at) VALUES \(values)"
        }
        try transaction.forPieces(of: fresh) { piece in
            try transaction.run("UPDATE channel SET fetched_at = \(now) WHERE id IN (\(list: piece))")
        }
        return found
    }

    func writeChannels(_ given: [YouTubeChannelFacts], counts: inout ImportCounts) throws {
        counts.channels += given.count
        let byID = Dictionary(given.map { ($0.id.description, $0) }, uniquingKeysWith: { _, last in last })
        let known = try channels(byID.keys.sorted())
        var inserts: [Query] = []
        for (youtubeID, facts) in byID.sorted(by: { $0.key < $1.key }) {
            if let channel = known[youtubeID] {
                try transaction.run(
                    """
                    UPDATE channel SET title = \(facts.title), thumbnail_url = \(facts.thumbnailURL),
                    etag = \(facts.etag), fetched_at = \(now) WHERE id = \(channel.id)
                    """
                )
            } else {
                let id = ids.next(Channel.self)
                inserts.append(
                    "(\(id), \(youtubeID), \(facts.title), \(facts.thumbnailURL), \(facts.etag), \(now), \(now))"
                )
            }
        }
        try transaction.insert(inserts, columns: 7) { values in
            "INSERT INTO channel (id, youtube_id, title, thumbnail_url, etag, fetched_at, created_at) VALUES \(values)"
        }
    }

    private func channels(_ youtubeIDs: [String]) throws -> [String: KnownChannel] {
        var found: [String: KnownChannel] = [:]
        try transaction.forPieces(of: youtubeIDs) { piece in
            let rows = try transaction.rows(
                "SELECT id, youtube_id, title, fetched_at FROM channel WHERE youtube_id IN (\(list: piece))"
            )
            for row in rows {
                let fetchedAt: Instant? = try row["fetched_at"]
                found[try row["youtube_id"]] = KnownChannel(
                    id: try row["id"],
                    title: try row["title"],
                    // An hour's grace spares a large import from writing the same channel with every batch.
                    isFresh: fetchedAt.map { now - $0 < .hours(1) } ?? false
                )
            }
        }
        return found
    }
}
