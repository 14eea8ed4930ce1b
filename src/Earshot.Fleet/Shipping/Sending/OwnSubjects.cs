namespace Earshot.Fleet.Shipping;

/// <summary>
/// Recognizes events about the shipper's own subjects and inbox. They are counted and not shipped: an event that a shipped batch causes must not cause another
/// batch. Requests are not among them, because a shipper makes none: events about failed ones (610) concern the application.
/// </summary>
/// <param name="subjects">How the subjects of the journals begin.</param>
internal sealed class OwnSubjects(string subjects)
{
    /// <summary>How the subjects of the journals begin.</summary>
    public string Subjects => subjects;

    /// <summary>The subject of the inbox of acks; null: there is none yet.</summary>
    public string? Inbox { get; set; }

    /// <summary>Whether an event is about the shipper.</summary>
    public bool IsAbout(NatsConnectionEvent e) => e switch
    {
        NatsPermissionViolationEvent violation => IsOwn(violation.Subject),
        NatsServerErrorEvent { Code: NatsServerErrorCode.PermissionsViolation } error => Names(error.Text),
        NatsMessageDroppedEvent dropped => IsOwn(dropped.Subject),
        NatsMessageDiscardedEvent discarded => IsOwn(discarded.Subject),
        NatsSlowConsumerEvent slow => IsOwn(slow.Subscription.Subject),
        NatsSlowConsumerRecoveredEvent recovered => IsOwn(recovered.Subscription.Subject),
        _ => false,
    };

    private bool IsOwn(string subject) => subject.StartsWith(subjects, StringComparison.Ordinal) || subject == Inbox;

    private bool Names(string text) => text.Contains(subjects, StringComparison.Ordinal) || (Inbox is not null && text.Contains(Inbox, StringComparison.Ordinal));
}
