import Foundation

// Reads vectors and queries (float32, little endian, row after row) and answers commands on standard input, one line
// each, so that run.py can let it take turns with the others:
//
//     load ROWS DIMENSION FILE | queries FILE | run single|batch values|codes K COUNT OUT | insert COUNT
//
// `run` searches the first COUNT queries, answers with the seconds it took, and writes the row numbers (int32) to OUT.
var bench = Bench()
while let line = readLine() {
    let answer = bench.answer(line.split(separator: " ").map(String.init)) + "\n"
    FileHandle.standardOutput.write(Data(answer.utf8))
}
