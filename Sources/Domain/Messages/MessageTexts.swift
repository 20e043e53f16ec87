/// What guardians are told, in their language. No child is named: a push network may read it, and so may whoever sees the
/// screen of a phone.
extension Message {
    /// A child asked for a video or for more time.
    package static func requestWaiting(id: ID, in language: Guardian.Language) -> Message {
        let (title, body) =
            switch language {
            case .korean: ("아이의 부탁이 기다리고 있어요", "보고 싶은 영상이나 시청 시간을 더 부탁했어요. 앱에서 확인해 주세요.")
            case .english: ("A request is waiting", "Your child asked for a video or for more time. See it in the app.")
            }
        return Message(id: id, kind: .requestWaiting, title: title, body: body, path: "/requests")
    }

    /// The report of the week that is just over is there.
    ///
    /// - Parameter monday: the week's first day. The message may be read days later, when the report of "this week" is
    ///   another.
    package static func weeklyReport(id: ID, of monday: Day, in language: Guardian.Language) -> Message {
        let (title, body) =
            switch language {
            case .korean: ("지난주 리포트가 준비되었어요", "한 주 동안 무엇을 보았는지, 함께 해 볼 만한 것을 살펴보세요.")
            case .english: ("Last week's report is ready", "See what was watched, and what you could do together.")
            }
        return Message(id: id, kind: .weeklyReport, title: title, body: body, path: "/report?of=\(monday)")
    }

    /// Something was written on a board.
    package static func boardNotice(id: ID, title: String, path: String, in language: Guardian.Language) -> Message {
        let heading =
            switch language {
            case .korean: "새 글이 올라왔어요"
            case .english: "There is something new to read"
            }
        return Message(id: id, kind: .boardNotice, title: heading, body: title, path: path)
    }

    /// The app has a window to open.
    package static func event(id: ID, title: String, in language: Guardian.Language) -> Message {
        let body =
            switch language {
            case .korean: "앱에서 자세히 볼 수 있어요."
            case .english: "Open the app to learn more."
            }
        return Message(id: id, kind: .event, title: title, body: body)
    }
}
