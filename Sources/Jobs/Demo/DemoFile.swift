import Domain
import Foundation
import Storage

/// The JSON of the demo's file. Each part turns itself into what it means, so that a wrong value is reported where it
/// stands.
struct DemoFile: Decodable {
    struct SeriesPart: Decodable {
        let value: DemoCatalogue.SeriesTitle

        enum CodingKeys: String, CodingKey {
            case slug
            case korean = "title_ko"
            case english = "title_en"
        }

        init(from decoder: any Decoder) throws {
            let part = try decoder.container(keyedBy: CodingKeys.self)
            value = DemoCatalogue.SeriesTitle(
                slug: try part.decode(String.self, forKey: .slug),
                title: Wording(korean: try part.title(.korean), english: try part.title(.english))
            )
        }
    }

    struct LabelPart: Decodable {
        let value: Placement.LabelWeight

        enum CodingKeys: String, CodingKey { case kind, name, weight }

        init(from decoder: any Decoder) throws {
            let part = try decoder.container(keyedBy: CodingKeys.self)
            let kind = try part.text(.kind, "a kind of label", Label.Kind.init(_:))
            let name = try part.text(.name, "a label of this kind") { (name: String) -> String? in
                let isKnown = kind != .area || CurriculumArea(rawValue: name) != nil
                return isKnown && (1...120).contains(name.count) ? name : nil
            }
            let weight = try part.decode(Double.self, forKey: .weight)
            try part.require(weight > 0 && weight <= 1, .weight, "is not above 0 and at most 1")
            value = Placement.LabelWeight(kind: kind, name: name, weight: weight)
        }
    }

    struct ClipPart: Decodable {
        let value: DemoCatalogue.Clip

        enum CodingKeys: String, CodingKey {
            case slug, file, picture, series, episode, labels
            case korean = "title_ko"
            case english = "title_en"
            case duration = "duration_ms"
            case youngest = "age_min"
            case oldest = "age_max"
        }

        init(from decoder: any Decoder) throws {
            let part = try decoder.container(keyedBy: CodingKeys.self)
            let duration = try part.decode(Int64.self, forKey: .duration)
            try part.require((1...3_600_000).contains(duration), .duration, "is not from 1 ms to an hour")
            let youngest = try part.decode(Int.self, forKey: .youngest)
            let ages = AgeBand(minimum: youngest, maximum: try part.decode(Int.self, forKey: .oldest))
            guard let ages else {
                throw part.corrupted(.oldest, "with age_min is no age band within \(AgeBand.limits)")
            }
            var episode: Placement.Episode?
            if let series = try part.decodeIfPresent(String.self, forKey: .series) {
                let number = try part.decode(Int.self, forKey: .episode)
                try part.require(number > 0, .episode, "is not above 0")
                episode = Placement.Episode(series: series, number: number)
            }
            value = DemoCatalogue.Clip(
                slug: try part.decode(String.self, forKey: .slug),
                file: try part.text(.file, "the name of a file", Self.fileName),
                picture: try part.text(.picture, "the name of a file", Self.fileName),
                title: Wording(korean: try part.title(.korean), english: try part.title(.english)),
                duration: Span(milliseconds: duration),
                episode: episode,
                ages: ages,
                labels: try part.decode([LabelPart].self, forKey: .labels).map(\.value)
            )
        }

        /// The clips lie in one folder: a name that leads out of it is none.
        private static func fileName(_ text: String) -> String? {
            text.isEmpty || text.hasPrefix(".") || text.contains("/") ? nil : text
        }
    }

    let series: [SeriesPart]
    let videos: [ClipPart]
    let families: [FamilyPart]
}

extension DemoFile {
    struct FamilyPart: Decodable {
        let value: DemoCatalogue.Family

        enum CodingKeys: String, CodingKey {
            case phone, language, children, watching
            case timeZone = "time_zone"
        }

        init(from decoder: any Decoder) throws {
            let part = try decoder.container(keyedBy: CodingKeys.self)
            value = DemoCatalogue.Family(
                phone: try part.text(.phone, "a Korean mobile number", PhoneNumber.init(_:)),
                phoneText: try part.decode(String.self, forKey: .phone),
                language: try part.text(.language, "ko or en", Guardian.Language.init(rawValue:)),
                timeZone: try part.text(.timeZone, "a time zone") { FamilyCalendar(zone: $0) == nil ? nil : $0 },
                children: try part.decode([ChildPart].self, forKey: .children).map(\.value),
                watching: try part.decode([WatchedPart].self, forKey: .watching).map(\.value)
            )
        }
    }

    struct ChildPart: Decodable {
        let value: DemoCatalogue.Child

        enum CodingKeys: String, CodingKey {
            case nickname, avatar, favourites
            case age = "age_months"
            case approvedOnly = "approved_only"
            case searchEnabled = "search_enabled"
            case autoplayCap = "autoplay_cap"
        }

        init(from decoder: any Decoder) throws {
            let part = try decoder.container(keyedBy: CodingKeys.self)
            let age = try part.decode(Int.self, forKey: .age)
            try part.require((1...155).contains(age), .age, "is not from 1 to 155")
            let autoplayCap = try part.decode(Int.self, forKey: .autoplayCap)
            let limits = ViewingRules.autoplayLimits
            try part.require(limits.contains(autoplayCap), .autoplayCap, "is not within \(limits)")
            value = DemoCatalogue.Child(
                nickname: try part.text(.nickname, "a nickname") { Nickname($0)?.text },
                ageInMonths: age,
                avatar: try part.text(.avatar, "a picture a child can choose", Avatar.init(rawValue:)),
                rules: ViewingRules(
                    approvedOnly: try part.decode(Bool.self, forKey: .approvedOnly),
                    searchEnabled: try part.decode(Bool.self, forKey: .searchEnabled),
                    autoplayCap: autoplayCap
                ),
                favourites: try part.decode([String].self, forKey: .favourites)
            )
        }
    }

    struct WatchedPart: Decodable {
        let value: DemoCatalogue.Watched

        enum CodingKeys: String, CodingKey {
            case child, at, video, surface
            case daysAgo = "days_ago"
            case share = "watched_share"
        }

        init(from decoder: any Decoder) throws {
            let part = try decoder.container(keyedBy: CodingKeys.self)
            let daysAgo = try part.decode(Int.self, forKey: .daysAgo)
            try part.require((1...365).contains(daysAgo), .daysAgo, "is not from 1 to 365")
            let share = try part.decode(Double.self, forKey: .share)
            try part.require(share > 0 && share <= 1, .share, "is not above 0 and at most 1")
            value = DemoCatalogue.Watched(
                child: try part.decode(String.self, forKey: .child),
                daysAgo: daysAgo,
                minute: try part.text(.at, "a time of day like 17:05", Self.minute),
                video: try part.decode(String.self, forKey: .video),
                share: share,
                surface: try part.text(.surface, "a surface of the app", Surface.init(rawValue:))
            )
        }

        /// Minutes after midnight of `17:05`.
        private static func minute(_ text: String) -> Int? {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
                let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
            else { return nil }
            return hour * 60 + minute
        }
    }
}

extension KeyedDecodingContainer {
    /// A text that means something; the error names its place.
    fileprivate func text<Value>(_ key: Key, _ expected: String, _ meaning: (String) -> Value?) throws -> Value {
        guard let value = meaning(try decode(String.self, forKey: key)) else {
            throw corrupted(key, "is not \(expected)")
        }
        return value
    }

    fileprivate func title(_ key: Key) throws -> String {
        try text(key, "a title") { SearchText.fold($0).isEmpty ? nil : $0 }
    }

    fileprivate func require(_ condition: Bool, _ key: Key, _ problem: String) throws {
        if !condition { throw corrupted(key, problem) }
    }

    fileprivate func corrupted(_ key: Key, _ problem: String) -> DecodingError {
        .dataCorruptedError(forKey: key, in: self, debugDescription: problem)
    }
}
