import Contract
import Domain
import Hummingbird
import ServerKit
import Storage

/// Everything kept about a family, to take along.
struct ExportRoutes: Sendable {
    let services: APIServices

    /// Behind the parent gate.
    func addGated(to group: some RouterMethods<GuardianContext>) {
        group.post("me/export", use: export)
    }

    func export(_ request: Request, context: GuardianContext) async throws -> Answer<ExportResponse> {
        try await request.requireNoFields(context: context)
        let stores = services.stores
        let id = context.caller.guardian
        guard let guardian = try await stores.guardians.guardian(id),
            let sealed = try await stores.guardians.phone(of: id)
        else { throw Problem(.sessionRevoked) }
        let family = try await stores.export.family(of: id)
        let labels = try await services.catalogue.current().labels
        var children: [ChildExport] = []
        for record in family.children {
            children.append(try await child(record, of: guardian, labels: labels))
        }
        return Answer(
            ExportResponse(
                exportedAt: Timestamp(services.clock.now()),
                guardian: GuardianResponse(guardian),
                phone: try services.secrets.phones.open(sealed).e164,
                sessions: family.sessions.map { record in
                    .init(record.session, revokedAt: record.revokedAt, reason: record.revokedReason)
                },
                consents: try await stores.consents.consents(of: id).map(ConsentResponse.init),
                healthReports: family.healthReports.map { report in
                    .init(videoID: report.video, errorCode: report.errorCode, reportedAt: report.reportedAt)
                },
                devices: family.messages.devices.map { device in
                    .init(
                        id: device.id,
                        session: device.session,
                        kind: device.kind,
                        createdAt: device.createdAt,
                        seenAt: device.seenAt
                    )
                },
                messages: family.messages.messages.map { kept in
                    .init(kept.message, cause: kept.cause, createdAt: kept.createdAt, expiresAt: kept.expiresAt)
                },
                messagePreferences: family.messages.preferences.map { .init(kind: $0.kind, enabled: $0.isOn) },
                quietHours: family.messages.quiet.map { .init($0.hours) },
                eventDismissals: family.dismissals.map { .init(event: $0.event, until: $0.until) },
                children: children
            )
        )
    }

    private func child(
        _ record: ExportStore.ChildRecord,
        of guardian: Guardian,
        labels: [Label.ID: Label]
    ) async throws -> ChildExport {
        let age = try ChildAge.age(of: record.child, zone: guardian.timeZone, now: services.clock.now())
        return ChildExport(
            profile: ChildResponse(record.child, age: age),
            createdAt: record.createdAt,
            rules: record.rules.map { .init($0.rules, updatedAt: $0.updatedAt) },
            rulesOfDays: record.rulesOfDays.map { .init(day: $0.day, rules: $0.rules) },
            bonuses: record.bonuses.map { bonus in
                .init(id: bonus.id, day: bonus.day, minutes: bonus.minutes, grantedAt: bonus.grantedAt)
            },
            requests: record.requests.map(RequestResponse.init(exporting:)),
            blocks: try await services.stores.choices.blocks(of: record.child.id).map(BlockResponse.init),
            approvals: record.approvals.map { .init(videoID: $0.video, createdAt: $0.createdAt) },
            lessOf: record.lessOf.map { .init(videoID: $0.video, createdAt: $0.createdAt) },
            favourites: record.favourites.map { .init(videoID: $0.video, createdAt: $0.createdAt) },
            plays: record.plays.map { play in
                .init(
                    id: play.id,
                    videoID: play.video,
                    surface: play.surface,
                    reason: play.reason,
                    startedAt: play.startedAt,
                    heardAt: play.heardAt,
                    madeAt: play.madeAt,
                    state: play.state,
                    position: play.position,
                    watched: play.watched,
                    resumed: play.resumed,
                    isFinished: play.isFinished
                )
            },
            videos: record.videos.map { video in
                .init(
                    videoID: video.video,
                    plays: video.plays,
                    watched: video.watched,
                    position: video.position,
                    lastWatchedAt: video.lastWatchedAt,
                    firstPlayedAt: video.firstPlayedAt
                )
            },
            hours: record.hours.map { .init(hourAt: $0.hourAt, areas: $0.areas, watched: $0.watched) },
            days: record.days.map { .init(day: $0.day, used: $0.used) },
            habits: record.habits.map { habit in
                .init(
                    hourOfWeek: habit.hourOfWeek,
                    ageGroup: habit.ageGroup,
                    area: habit.area,
                    topic: habit.topic,
                    plays: habit.plays,
                    watched: habit.watched,
                    finished: habit.finished
                )
            },
            taste: record.taste.map { taste(of: $0, labels: labels) },
            advice: record.advice.map { .init(week: $0.week, rule: $0.rule, givenAt: $0.givenAt) }
        )
    }

    /// In words: labels and how much each is liked, instead of the bytes the recommender keeps.
    private func taste(of record: ExportStore.TasteRecord, labels: [Label.ID: Label]) -> ChildExport.TasteExport {
        let parts = services.readTaste(record.vector).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return ChildExport.TasteExport(
            updatedAt: record.updatedAt,
            labels: parts.map { .init($0.key, label: labels[$0.key], weight: $0.value) }
        )
    }
}
