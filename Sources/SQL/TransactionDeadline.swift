/// How long the transactions of a task may take, where the engine's own limit is too short: migrations, exports,
/// rebuilding a model. SQLite, whose writer is in the same process, has no limit and ignores it.
package enum TransactionDeadline {
    @TaskLocal package static var current: Duration?
}
