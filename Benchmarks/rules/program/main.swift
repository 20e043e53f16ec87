import Foundation

// Answers with one line of JSON, for run.py:
//
//     RulesBench weeks COUNT SEED   goes through COUNT random weeks, minute by minute, beside the counter
//     RulesBench speed COUNT        evaluates COUNT times
//
// What a week is and how it is counted lies with the tests, which do the same with fewer weeks.
let words = Array(CommandLine.arguments.dropFirst())
let answer =
    switch (words.first, words.count) {
    case ("weeks", 3): try Weeks.compare(count: Int(words[1]) ?? 0, seed: UInt64(words[2]) ?? 0)
    case ("speed", 2): try Speed.measure(count: Int(words[1]) ?? 0)
    default: ["error": "RulesBench weeks COUNT SEED | speed COUNT"]
    }
FileHandle.standardOutput.write(
    try JSONSerialization.data(withJSONObject: answer, options: .sortedKeys) + Data("\n".utf8)
)
