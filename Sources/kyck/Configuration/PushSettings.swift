import Foundation

/// How messages reach devices.
struct PushSettings: Sendable {
    /// The private key of Web Push in base64url; nil where browsers are not pushed to.
    var vapidKey: String?
    var vapidContact: String?
    /// A service account's JSON file; nil where native apps are not pushed to.
    var firebaseAccount: String?
    var firebaseURL: String
    /// `http://127.0.0.1:PORT` of a stand-in for browsers' push services.
    var standIn: String?

    init(_ reader: inout SettingsReader, _ environment: Settings.Environment) {
        vapidKey = reader.value("KYCK_VAPID_KEY")
        vapidContact = reader.value("KYCK_VAPID_CONTACT")
        firebaseAccount = reader.value("KYCK_FIREBASE_ACCOUNT")
        firebaseURL = reader.address("KYCK_FIREBASE_URL") ?? "https://fcm.googleapis.com"
        standIn = reader.address("KYCK_WEB_PUSH_STAND_IN")
        if (vapidKey == nil) != (vapidContact == nil) {
            let missing = vapidKey == nil ? "KYCK_VAPID_KEY" : "KYCK_VAPID_CONTACT"
            reader.fault(missing, "is needed as well: Web Push takes a key and a contact")
        }
        if let url = URL(string: firebaseURL), !Self.isConfidential(url, environment) {
            reader.fault(
                "KYCK_FIREBASE_URL",
                "must be https (http on this machine, in development): an access token goes there"
            )
        }
        if let standIn {
            if environment == .production {
                reader.fault(
                    "KYCK_WEB_PUSH_STAND_IN",
                    "is refused in production: anybody may name the address it is pushed to"
                )
            } else if standIn.wholeMatch(of: /http:\/\/127\.0\.0\.1:[0-9]{1,5}/) == nil {
                reader.fault("KYCK_WEB_PUSH_STAND_IN", "must be http://127.0.0.1:PORT")
            }
        }
    }

    private static func isConfidential(_ url: URL, _ environment: Settings.Environment) -> Bool {
        if url.scheme == "https" { return true }
        return environment == .development && ["127.0.0.1", "localhost"].contains(url.host())
    }
}
