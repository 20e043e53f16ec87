import Testing

@testable import kyck

struct SettingsTests {
    private func faults(_ values: [String: String]) -> [String: String] {
        do {
            _ = try Settings { values[$0] }
            return [:]
        } catch let invalid as Settings.Invalid {
            return Dictionary(invalid.faults.map { ($0.key, $0.problem) }) { "\($0); \($1)" }
        } catch {
            return ["": "\(error)"]
        }
    }

    @Test("every wrong key is named at once")
    func allAtOnce() throws {
        let found = faults([
            "KYCK_ENV": "staging", "KYCK_API_PORT": "eighty", "KYCK_ADMIN_PORT": "65536",
            "KYCK_DATABASE_URL": "mysql://x", "KYCK_DATABASE_CONNECTIONS": "0",
            "KYCK_DATABASE_PREPARED_STATEMENTS": "-1",
            "KYCK_RECOMMENDER_URL": "localhost:8082",
            "KYCK_SERVICE_TOKEN": "short", "KYCK_LOG_LEVEL": "loud", "KYCK_SMS": "pigeon",
            "KYCK_SIGNING_KEYS": "s1:abc",
            "KYCK_ENCRYPTION_KEYS": "e1:abc", "KYCK_LOOKUP_KEY": "abc",
        ])
        for key in [
            "KYCK_ENV", "KYCK_API_PORT", "KYCK_ADMIN_PORT", "KYCK_DATABASE_URL", "KYCK_DATABASE_CONNECTIONS",
            "KYCK_DATABASE_PREPARED_STATEMENTS",
            "KYCK_RECOMMENDER_URL", "KYCK_SERVICE_TOKEN", "KYCK_LOG_LEVEL", "KYCK_SMS",
        ] {
            #expect(found[key] != nil, "\(key)")
        }
        #expect(found.keys.contains { $0.hasSuffix("KEYS") }, "the keys")
    }

    @Test("production refuses the console sender and makes no keys")
    func production() throws {
        let found = faults(["KYCK_ENV": "production"])
        #expect(found["KYCK_SMS"]?.contains("refused in production") == true)
        for key in ["KYCK_SIGNING_KEYS", "KYCK_ENCRYPTION_KEYS", "KYCK_LOOKUP_KEY"] {
            #expect(found[key]?.contains("kyck doctor --new-keys") == true, "\(key)")
        }
    }

    @Test("no secret stands in what is said about it")
    func secrets() throws {
        let keys = DevelopmentKeys.fresh()
        let values = [
            "KYCK_ENV": "production", "KYCK_SIGNING_KEYS": keys.signing, "KYCK_ENCRYPTION_KEYS": "e1:" + keys.lookup,
            "KYCK_LOOKUP_KEY": "x" + keys.lookup, "KYCK_SERVICE_TOKEN": "tooshort",
        ]
        let said = faults(values).map { "\($0.key) \($0.value)" }.joined()
        for secret in [keys.signing, keys.lookup, "tooshort"] { #expect(!said.contains(secret)) }
    }
}
