import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Outbound

extension Doctor {
    // MARK: Folders

    func folders() -> [Finding] {
        let directory = settings.dataDirectory
        let media = settings.mediaDirectory
        var findings: [Finding] = []
        if let problem = writingProblem(in: directory) {
            findings.append(
                .fail(
                    "data",
                    "\(directory) cannot be written: \(problem)",
                    mend: "make the folder and let this user write it, or name another with KYCK_DATA_DIR",
                    .configuration
                )
            )
        } else {
            findings.append(.ok("data", "\(directory) can be written"))
        }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: media, isDirectory: &isFolder), isFolder.boolValue {
            findings.append(.ok("media", media))
        } else {
            findings.append(
                .warn(
                    "media",
                    "\(media) is not there: videos of our own do not play",
                    mend: "bin/demo-clips or the first import of our own makes it; YouTube's videos do not need it"
                )
            )
        }
        return findings
    }

    /// Nil when a file can be made there.
    private func writingProblem(in directory: String) -> String? {
        let probe = URL(filePath: directory).appending(path: ".kyck-doctor-\(UUID().uuidString)")
        do {
            try Data().write(to: probe)
            try FileManager.default.removeItem(at: probe)
            return nil
        } catch {
            return error.localizedDescription
        }
    }

    /// Days and bedtimes are the family's: without the world's time zones nobody could sign up.
    func timeZones() -> Finding {
        if FamilyCalendar(zone: FamilyCalendar.defaultZone) != nil {
            return .ok("time zones", "\(FamilyCalendar.defaultZone) is known")
        }
        return .fail(
            "time zones",
            "\(FamilyCalendar.defaultZone) is not known on this machine",
            mend: "install tzdata",
            .unavailable
        )
    }

    /// Charts as pictures, which messages may carry; nothing else needs them.
    func pictures() async -> Finding {
        let drawing = """
            <svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">킥</text></svg>
            """
        do {
            // Whether it draws, not how soon: a busy machine is no fault of the program's.
            _ = try await RsvgConvert(deadline: .seconds(120)).png(of: drawing)
            return .ok("pictures", "rsvg-convert draws")
        } catch {
            return .warn(
                "pictures",
                "\(error): charts are to be had as SVG alone",
                mend: "install librsvg2-bin and fonts-nanum"
            )
        }
    }

    // MARK: Other systems

    func upstreams() async -> [Finding] {
        [await youtube(), await recommender()]
    }

    /// Only whether it answers: that costs no quota.
    private func youtube() async -> Finding {
        guard settings.youtubeKey != nil else {
            return .ok("youtube", "no KYCK_YOUTUBE_API_KEY: saved answers can be imported, nothing is refreshed")
        }
        do {
            _ = try await ask("HEAD", settings.youtubeURL, nil)
            return .ok("youtube", "\(settings.youtubeURL) answers; whether the key is good shows with the first import")
        } catch {
            return .fail(
                "youtube",
                "\(settings.youtubeURL) does not answer: \(error)",
                mend: "may this machine reach the internet, and is KYCK_YOUTUBE_URL right?",
                .unavailable
            )
        }
    }

    private func recommender() async -> Finding {
        guard let address = settings.recommenderURL else { return .ok("recommender", "in the API's own process") }
        do {
            // Nothing is asked for that a wrong token could leak, and the right one finds no neighbours of no video.
            let status = try await ask(
                "GET",
                "\(address)/v1/neighbours/\(ids.next(Video.self))?n=1",
                settings.serviceToken
            )
            switch status {
            case 200..<300: return .ok("recommender", "\(address) answers and knows the token")
            case 401, 403:
                return .fail(
                    "recommender",
                    "\(address) answers, but refuses the token",
                    mend: "give both processes the same KYCK_SERVICE_TOKEN",
                    .configuration
                )
            default:
                return .warn(
                    "recommender",
                    "\(address) answers \(status)",
                    mend: "is this the address of kyck recommender? Until then homes are filled without it"
                )
            }
        } catch {
            return .warn(
                "recommender",
                "\(address) does not answer: \(error)",
                mend: "start kyck recommender, or look at KYCK_RECOMMENDER_URL; until then homes are filled without it"
            )
        }
    }
}

extension Doctor {
    /// The doctor over the real machine.
    init(settings: Settings) {
        self.init(
            settings: settings,
            clock: .system,
            ids: IdentifierSource(clock: .system),
            freeBytes: { path in
                let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
                return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
            },
            ask: { method, address, token in
                var request = HTTPClientRequest(url: address)
                request.method = HTTPMethod(rawValue: method)
                if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
                do {
                    return try await HTTPClient.shared.execute(request, timeout: .seconds(3)).status.code
                } catch {
                    throw Silence(error)
                }
            }
        )
    }
}

/// Why an address did not answer, in words for people.
struct Silence: Error, CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        switch error {
        case let error as HTTPClientError where [.deadlineExceeded, .connectTimeout].contains(error):
            description = "nothing within 3 s"
        case let error as HTTPClientError:
            description = error.shortDescription
        case let error as IOError:
            description = String(cString: strerror(error.errnoCode))
        default:
            description = "\(error)"
        }
    }
}
