import SQL

/// Where everything kept about a family stands in `POST /v1/me/export`. Whoever adds a table or a column to the schema
/// has to say it here: what stands in no line fails the tests.
enum FamilyLedger {
    enum Table: Sendable {
        /// Holds nothing of any family.
        case ofNobody
        /// Of a family, and left out of the export for this reason.
        case leftOut(String)
        /// Each row is an element at this path; columns stand there under their own names unless said otherwise.
        case exported(at: String, besides: [String: Column] = [:])
    }

    enum Column: Sendable {
        /// Under another name, as it is.
        case named(String)
        /// Under this name, in another form.
        case becomes(String)
        case leftOut(String)
    }

    /// Stands above it in the export: whose it is need not be said again.
    private static let owner = Column.leftOut("it stands under whom it belongs to")
    private static let secret = Column.leftOut("a secret or a key's name, which says nothing of the family")
    private static let move = Column.leftOut(
        "which dates count as one day after `time_zone` was changed; over in a day"
    )
    private static let lock = Column.leftOut("how the parent gate counts wrong PINs")

    static let tables: [String: Table] = [
        "advice": .exported(at: "children.0.advice", besides: ["child_id": owner]),
        "approval": .exported(at: "children.0.approvals", besides: ["child_id": owner]),
        "block": .exported(at: "children.0.blocks", besides: ["child_id": owner, "target_id": .named("id")]),
        "bonus": .exported(at: "children.0.bonuses", besides: ["child_id": owner]),
        "catalogue_version": .ofNobody,
        "channel": .ofNobody,
        "child": .exported(
            at: "children",
            besides: [
                "guardian_id": owner, "id": .named("profile.id"), "nickname": .named("profile.nickname"),
                "birth_month": .named("profile.birth_month"), "avatar": .named("profile.avatar"),
                "approved_only": .named("profile.rules.approved_only"),
                "search_enabled": .named("profile.rules.search_enabled"),
                "autoplay_cap": .named("profile.rules.autoplay_cap"),
            ]
        ),
        "consent": .exported(
            at: "consents",
            besides: ["guardian_id": owner, "id": .leftOut("a number of ours that nothing else names")]
        ),
        "delivery": .leftOut("how far a message has come on its way to each device; the message is there"),
        "board": .ofNobody,
        "event": .ofNobody,
        "event_dismissal": .exported(at: "event_dismissals", besides: ["guardian_id": owner]),
        "post": .ofNobody,
        "message": .exported(
            at: "messages",
            besides: ["guardian_id": owner, "child_id": .leftOut("the requests it tells of name the child")]
        ),
        "message_preference": .exported(at: "message_preferences", besides: ["guardian_id": owner]),
        "push_device": .exported(
            at: "devices",
            besides: [
                "guardian_id": owner, "address_lookup": secret, "address_key_id": secret,
                "address_cipher": .leftOut("whoever has the address of a device can make it ring"),
            ]
        ),
        "quiet_hours": .exported(at: "quiet_hours", besides: ["guardian_id": owner]),
        "favourite": .exported(at: "children.0.favourites", besides: ["child_id": owner]),
        "guardian": .exported(
            at: "guardian",
            besides: [
                "phone_lookup": secret, "phone_cipher": .leftOut("it is `phone`, in the clear"), "phone_key_id": secret,
                "pin_hash": .leftOut("a secret; that there is one is `has_pin`"), "pin_salt": secret,
                "move_first": move, "move_last": move, "move_until": move,
                "pin_version": lock, "pin_failures": lock, "pin_locked_until": lock,
                "deletion_requested_at": .becomes("deletes_at"),
            ]
        ),
        "idempotency_key": .leftOut("copies of answers, for a day: what they say stands in the other tables"),
        "import_run": .ofNobody,
        "job_history": .ofNobody,
        "job_run": .ofNobody,
        "label": .ofNobody,
        "label_kind": .ofNobody,
        "less_of": .exported(at: "children.0.less_of", besides: ["child_id": owner]),
        "migration": .ofNobody,
        "otp_challenge": .leftOut("a code's hash and the number it went to, which is `phone`; gone within a day"),
        "play": .exported(
            at: "children.0.plays",
            besides: [
                "child_id": owner, "beats": .leftOut("which numbers of messages were counted"),
                "bank_ms": .leftOut("how much the next message may claim"),
            ]
        ),
        "refresh_token": .leftOut("hashes of secrets; the session they belong to is there"),
        "request": .exported(at: "children.0.requests", besides: ["child_id": owner]),
        // Zones and weeks; it names nobody.
        "report_notice": .ofNobody,
        "series": .ofNobody,
        "session": .exported(at: "sessions", besides: ["guardian_id": owner]),
        "taste": .exported(
            at: "children.0.taste",
            besides: ["child_id": owner, "vector": .becomes("labels")]
        ),
        "video": .ofNobody,
        "video_health": .exported(at: "health_reports", besides: ["guardian_id": owner]),
        "video_content": .ofNobody,
        "video_label": .ofNobody,
        "video_refusal": .ofNobody,
        // Sums over all children; they name none.
        "watch_average": .ofNobody,
        "watch_average_child": .exported(
            at: "children.0.habits",
            besides: ["child_id": owner, "cell": .becomes("hour_of_week")]
        ),
        "watch_average_mark": .ofNobody,
        "watch_day": .exported(
            at: "children.0.days",
            besides: [
                "child_id": owner, "age_group": .leftOut("whether the day is counted in an average, and in which"),
            ]
        ),
        "watch_day_average": .ofNobody,
        "watch_rule": .exported(
            at: "children.0.rules",
            besides: ["child_id": owner, "rules": .becomes("rules")]
        ),
        "watch_rule_day": .exported(
            at: "children.0.rules_of_days",
            besides: ["child_id": owner, "rules": .becomes("rules")]
        ),
        "watch_hour": .exported(
            at: "children.0.hours",
            besides: ["child_id": owner, "areas": .becomes("areas")]
        ),
        "video_popularity": .ofNobody,
        // Weights between videos, over at least twenty children; it names none.
        "model": .ofNobody,
        "model_part": .ofNobody,
        // Sums by hour over all children; it names none.
        "offer_hour": .ofNobody,
        "watched_video": .exported(
            at: "children.0.videos",
            besides: [
                "child_id": owner, "popularity": .leftOut("its part in how many children watch the video"),
                "popularity_group": .leftOut("among children of which age it counts there"),
            ]
        ),
        "youtube_page": .ofNobody,
        "youtube_quota": .ofNobody,
    ]
}

/// The tables of a database as the engine tells them.
struct DatabaseTables: Sendable {
    /// Columns in their order, by table.
    let columns: [String: [String]]
    /// Which tables a table points to.
    let references: [String: Set<String>]

    init(_ database: any Database) async throws {
        (columns, references) = try await database.read { transaction in
            let (columnQuery, referenceQuery): (Query, Query) =
                switch transaction.dialect {
                case .sqlite:
                    (
                        """
                        SELECT t.name AS owner, c.name AS item FROM pragma_table_list t JOIN pragma_table_info(t.name) c
                        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid
                        """,
                        """
                        SELECT t.name AS owner, f."table" AS item
                        FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
                        """
                    )
                case .postgresql:
                    (
                        """
                        SELECT CAST(table_name AS TEXT) AS owner, CAST(column_name AS TEXT) AS item
                        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
                        """,
                        """
                        SELECT CAST(CAST(conrelid AS regclass) AS TEXT) AS owner,
                            CAST(CAST(confrelid AS regclass) AS TEXT) AS item
                        FROM pg_constraint WHERE contype = 'f'
                        """
                    )
                }
            var columns: [String: [String]] = [:]
            for row in try transaction.rows(columnQuery) {
                columns[try row["owner"], default: []].append(try row["item"])
            }
            var references: [String: Set<String>] = [:]
            for row in try transaction.rows(referenceQuery) {
                references[try row["owner"], default: []].insert(try row["item"])
            }
            return (columns, references)
        }
    }

    /// Every table that points to a family, directly or through others, or names one in a column that has no reference.
    var ofFamilies: Set<String> {
        let names: Set<String> = ["guardian_id", "child_id", "play_id", "session_id", "phone_lookup", "owner"]
        var found = Set(columns.filter { !names.isDisjoint(with: $0.value) }.keys).union(["guardian"])
        while true {
            let more = references.filter { !$0.value.isDisjoint(with: found) }.map(\.key)
            let grown = found.union(more)
            if grown == found { return found }
            found = grown
        }
    }

    /// Every row of every table, with its columns in the order of `columns`.
    func rows(of database: any Database) async throws -> [String: Set<[SQLValue]>] {
        let columns = columns
        return try await database.read { transaction in
            var rows: [String: Set<[SQLValue]>] = [:]
            for (table, names) in columns {
                let query = Query(definition: "SELECT \(names.joined(separator: ", ")) FROM \(table)")
                rows[table] = Set(try transaction.rows(query).map(\.values))
            }
            return rows
        }
    }
}
