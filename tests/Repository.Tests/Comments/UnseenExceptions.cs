namespace Repository.Tests.Comments;

/// <summary>What the analysis of exceptions cannot see in the code of src, with the reason; an entry without effect fails the tests.</summary>
internal static class UnseenExceptions
{
    /// <summary>These entries replace the body of a method or property.</summary>
    internal static IReadOnlyList<Unseen> All { get; } =
    [
        new(
            "ConnectionLoop.AskAsync",
            ["NatsConnectionFailedException", "NatsConnectionClosedException"],
            "set on the task of the caller by StateWaiters, with the exception that ended the connection run"),
        new(
            "ConnectionLoop.Post",
            [],
            "the state machine and its effects report failures as events and on the tasks of callers; an exception of theirs is a defect"),
        new(
            "StateWaiters.NextSession",
            ["NatsConnectionFailedException", "NatsConnectionClosedException"],
            "set on the task by StateWaiters, with the exception that ended the connection run"),
        new(
            "PingWaiter.Task",
            ["NatsConnectionLostException", "NatsConnectionClosedException"],
            "set by PingQueue: SessionEnd.ToException at the end of a session, closed at the end of the connection"),
        new(
            "RequestWaiter.WaitAsync",
            [
                "NatsNoReplyException",
                "NatsConnectionLostException",
                "NatsConnectionClosedException",
                "NatsPermissionViolationException",
                "OperationCanceledException",
            ],
            "set by ReplyInbox: timeout, end of the session or connection, refused subject, cancellation"),
        new(
            "Confirmation.Throw",
            [
                "NatsUncertainPublishException",
                "NatsConnectionLostException",
                "NatsTimeoutException",
                "NatsConnectionClosedException",
                "NatsConnectionFailedException",
                "ObjectDisposedException",
                "OperationCanceledException",
            ],
            "throws what Confirmation.PingAsync threw, when nothing is uncertain"),
        new("TimerQueue.For", [], "the time provider is that of the options, which the constructor has checked"),
        new("WireText.Write", [], "the destination is measured before"),
        new("ClientOperationWriter.WriteUnsubscribe", [], "the maximum is checked when the subscription is created"),
        new("NatsReplay.Position", [], "NatsReplay.Last has checked the number"),
    ];

    /// <summary>What the arguments that a façade passes on rule out.</summary>
    internal static IReadOnlyList<NotThrown> Excused { get; } =
    [
        new("ctor()", "ArgumentException", "the default options are valid"),
        new("ctor()", "ArgumentNullException", "the default options are valid"),
        new("ctor()", "ArgumentOutOfRangeException", "the default options are valid"),
        new("ctor(ReadOnlySpan)", "ArgumentOutOfRangeException", "the journal of a list of events has a fixed capacity"),
        new("ConnectAsync()", "OperationCanceledException", "it passes no token"),
        new("ReconnectAsync()", "OperationCanceledException", "it passes no token"),
        new("ReconnectAsync()", "ArgumentNullException", "it passes options of its own"),
        new("ReconnectAsync(CancellationToken)", "ArgumentNullException", "it passes options of its own"),
        new("WaitForStateAsync(NatsConnectionState, CancellationToken)", "ArgumentOutOfRangeException", "it starts at the newest sequence"),
        new(
            "ReadAllAsync(NatsEventPosition, NatsEventFilter, CancellationToken)",
            "ArgumentOutOfRangeException",
            "the position is valid, and the journal resolves it to a sequence of zero or more"),
        new("ToTimeline()", "ArgumentNullException", "it passes a list of its own"),
        new("AddAsync(CancellationToken)", "ArgumentException", "the options were checked when the cluster was started"),
        new("AddAsync(CancellationToken)", "ArgumentOutOfRangeException", "the options were checked when the cluster was started"),
    ];
}
