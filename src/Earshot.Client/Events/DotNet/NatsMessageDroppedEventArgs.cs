// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>Inbound messages were dropped because a subscription was full.</summary>
public class NatsMessageDroppedEventArgs : NatsEventArgs
{
    /// <summary>Makes one from its parts.</summary>
    public NatsMessageDroppedEventArgs(INatsSub subscription, int pending, string subject)
        : base($"dropped a message on {subject}, {pending} pending") => (Subscription, Pending, Subject) = (subscription, pending, subject);

    /// <summary>Makes one from all its parts.</summary>
    public NatsMessageDroppedEventArgs(INatsSub subscription, int pending, string subject, string? replyTo, NatsHeaders? headers, object? data)
        : this(subscription, pending, subject) => (ReplyTo, Headers, Data) = (replyTo, headers, data);

    internal NatsMessageDroppedEventArgs(NatsMessageDroppedEvent e)
        : base(e) => (Subscription, Pending, Subject, ReplyTo) =
            (e.Subscription, (int)Math.Min(int.MaxValue, e.Subscription.Stats.PendingMessages), e.Subject, e.ReplyTo);

    /// <summary>The subscription.</summary>
    public INatsSub Subscription { get; }
    /// <summary>Messages that wait in it.</summary>
    public int Pending { get; }
    /// <summary>The subject of the last message dropped.</summary>
    public string Subject { get; }
    /// <summary>Its reply subject, if any.</summary>
    public string? ReplyTo { get; init; }
    /// <summary>Its headers; always <see langword="null"/> where the connection raises the event, because a dropped message is not parsed.</summary>
    public NatsHeaders? Headers { get; init; }
    /// <summary>Its payload; always <see langword="null"/> where the connection raises the event, because a dropped message is not kept.</summary>
    public object? Data { get; init; }
}
