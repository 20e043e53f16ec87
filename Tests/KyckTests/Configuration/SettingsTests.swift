import Foundation
import ServerKit
import Testing

@testable import kyck

struct SettingsTests {
    private func faults(_ values: [String: String]) -> [String: String] {
        do {
            _ = try Settings(given: Set(values.keys)) { values[$0] }
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

    @Test(
        "a name that nothing reads is named, with the nearest there is",
        arguments: [
            ("KYCK_YOUTUBE_KEY", "KYCK_YOUTUBE_API_KEY"), ("KYCK_DATABSE_URL", "KYCK_DATABASE_URL"),
            ("KYCK_DB_URL", "KYCK_DATABASE_URL"), ("KYCK_API_PROT", "KYCK_API_PORT"), ("KYCK_PORT", "KYCK_API_PORT"),
            ("KYCK_SIGNING_KEY", "KYCK_SIGNING_KEYS"), ("KYCK_SMS_FLIE", "KYCK_SMS_FILE"),
            ("KYCK_TRUSTED_PROXY", "KYCK_TRUSTED_PROXIES"), ("export KYCK_ENV", "KYCK_ENV"),
        ]
    )
    func stranger(name: String, meant: String) {
        #expect(faults([name: "x", "KYCK_API_PORT": "eighty"])[name] == "nothing reads this name; is it \(meant)?")
    }

    @Test("names of settings, of our own scripts and of everybody else are none of that")
    func known() throws {
        let example = try String(contentsOf: KyckProgram.repository.appending(path: ".env.example"), encoding: .utf8)
        let documented = Settings.names(inFile: example.replacing("# KYCK_", with: "KYCK_"))
        #expect(documented == Settings.names)
        let others: Set<String> = [
            "KYCK_TEST_POSTGRES_URL", "KYCK_BENCH_SIZE", "KYCK_BIN", "KYCK_CACHE_DIR", "KYCK_UPDATE_GOLDEN", "PATH",
            "kyck_env",
        ]
        #expect(Settings.strangers(in: documented.union(others)) == [])
    }

    @Test("the program does not start with a name it does not know, wherever it stands, and names them all")
    func refusedAtStart() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        try Data("# KYCK_NOTE=a remark\nKYCK_HSOT=127.0.0.1\nKYCK_API_PORT=0\n".utf8)
            .write(to: URL(filePath: program.path("settings")))
        for command in ["all", "migrate", "jobs"] {
            let ended = try await program.run(
                command,
                settings: [
                    "KYCK_CONFIG_FILE": program.path("settings"), "KYCK_LOG_LEVLE": "debug", "KYCK_ADMIN_PORT": "x",
                    "KYCK_TEST_ANYTHING": "1",
                ]
            )
            #expect(ended.status == 78, "\(command): \(ended.errors)")
            for said in ["KYCK_HSOT", "is it KYCK_HOST?", "KYCK_LOG_LEVLE", "is it KYCK_LOG_LEVEL?", "KYCK_ADMIN_PORT"]
            {
                #expect(ended.errors.contains(said), "\(command) does not say \(said)")
            }
            #expect(!ended.errors.contains("KYCK_TEST_ANYTHING") && !ended.errors.contains("KYCK_NOTE"))
        }
        let doctor = try await program.run("doctor", settings: ["KYCK_YOUTUBE_KEY": "x"])
        #expect(doctor.status == 78 && doctor.output.contains("is it KYCK_YOUTUBE_API_KEY?"))
    }

    @Test("a proxy list that cannot be read is a fault like any other")
    func proxies() throws {
        #expect(
            faults(["KYCK_TRUSTED_PROXIES": "10.0.0.0/24, nginx"])["KYCK_TRUSTED_PROXIES"]?.contains("nginx") == true
        )
        #expect(try Settings.inMemory([:]).trustedProxies == .thisMachine)
    }

    @Test("push networks are set up wholly and confidentially, and a stand-in is never one of production's")
    func push() throws {
        let key = String(repeating: "A", count: 43)
        #expect(faults(["KYCK_VAPID_KEY": key]).keys.contains("KYCK_VAPID_CONTACT"))
        #expect(faults(["KYCK_VAPID_CONTACT": "mailto:a@b.c"]).keys.contains("KYCK_VAPID_KEY"))
        #expect(faults(["KYCK_FIREBASE_URL": "http://example.org"])["KYCK_FIREBASE_URL"]?.contains("https") == true)
        for standIn in ["http://10.0.0.1:80", "https://example.org", "http://127.0.0.1", "http://127.0.0.1:80/x"] {
            #expect(faults(["KYCK_WEB_PUSH_STAND_IN": standIn]).keys.contains("KYCK_WEB_PUSH_STAND_IN"), "\(standIn)")
        }
        let local = ["KYCK_WEB_PUSH_STAND_IN": "http://127.0.0.1:9", "KYCK_FIREBASE_URL": "http://127.0.0.1:9"]
        #expect(try Settings.inMemory(local).push.standIn == "http://127.0.0.1:9")
        let found = faults(local.merging(["KYCK_ENV": "production"]) { $1 })
        #expect(found["KYCK_WEB_PUSH_STAND_IN"]?.contains("production") == true)
        #expect(found["KYCK_FIREBASE_URL"]?.contains("https") == true)
    }

    @Test("a push key or account that is none stops the start with a sentence, and is not repeated")
    func pushKeys() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        #expect(try await program.run("migrate").status == 0)
        let contact = ["KYCK_VAPID_CONTACT": "mailto:a@b.c", "KYCK_JOBS_PORT": "0", "KYCK_API_PORT": "0"]
        for command in ["jobs", "api"] {
            let key = contact.merging(["KYCK_VAPID_KEY": "not-a-key-of-anything"]) { $1 }
            let ended = try await program.run(command, settings: key)
            #expect(ended.status == 78 && ended.errors.contains("KYCK_VAPID_KEY is not a P-256 key"), "\(ended.errors)")
            #expect(!ended.errors.contains("not-a-key-of-anything"))
        }
        let missing = try await program.run(
            "jobs",
            settings: ["KYCK_FIREBASE_ACCOUNT": "none.json", "KYCK_JOBS_PORT": "0"]
        )
        #expect(missing.status == 66 && missing.errors.contains("none.json"), "\(missing.errors)")
        try Data(#"{"private_key":"SECRET"}"#.utf8).write(to: URL(filePath: program.path("bad.json")))
        let bad = try await program.run("jobs", settings: ["KYCK_FIREBASE_ACCOUNT": "bad.json", "KYCK_JOBS_PORT": "0"])
        #expect(bad.status == 78 && bad.errors.contains("is no service account"), "\(bad.errors)")
        #expect(!bad.errors.contains("SECRET"))
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
