package import SQL

/// Every store over one database.
package struct Stores: Sendable {
    package let otp: OTPStore
    package let sessions: SessionStore
    package let guardians: GuardianStore
    package let idempotencyKeys: IdempotencyKeyStore
    package let children: ChildStore
    package let consents: ConsentStore
    package let choices: ChoiceStore
    package let sights: SightStore
    package let bonuses: BonusStore
    package let requests: RequestStore
    package let catalogue: CatalogueStore
    package let health: HealthStore
    package let watching: WatchingStore
    package let history: HistoryStore
    package let popularity: PopularityStore
    package let averages: AverageStore
    package let training: TrainingStore
    package let models: ModelStore
    package let offers: OfferStore
    package let jobs: JobStore
    package let reports: ReportStore
    package let advice: AdviceStore
    package let export: ExportStore
    package let outbox: OutboxStore
    package let devices: DeviceStore
    package let preferences: MessagePreferenceStore
    package let notices: NoticeStore

    package init(database: any Database) {
        otp = OTPStore(database: database)
        sessions = SessionStore(database: database)
        guardians = GuardianStore(database: database)
        idempotencyKeys = IdempotencyKeyStore(database: database)
        children = ChildStore(database: database)
        consents = ConsentStore(database: database)
        choices = ChoiceStore(database: database)
        sights = SightStore(database: database)
        bonuses = BonusStore(database: database)
        requests = RequestStore(database: database)
        catalogue = CatalogueStore(database: database)
        health = HealthStore(database: database)
        watching = WatchingStore(database: database)
        history = HistoryStore(database: database)
        popularity = PopularityStore(database: database)
        averages = AverageStore(database: database)
        training = TrainingStore(database: database)
        models = ModelStore(database: database)
        offers = OfferStore(database: database)
        jobs = JobStore(database: database)
        reports = ReportStore(database: database)
        advice = AdviceStore(database: database)
        export = ExportStore(database: database)
        outbox = OutboxStore(database: database)
        devices = DeviceStore(database: database)
        preferences = MessagePreferenceStore(database: database)
        notices = NoticeStore(database: database)
    }
}
