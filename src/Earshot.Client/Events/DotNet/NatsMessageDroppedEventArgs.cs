// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>The data of the event that inbound messages were dropped because a subscription was full.</summary>
public class NatsMessageDroppedEventArgs : NatsEventArgs
{
    /// <summary>Initializes the event data with the subscription, its pending messages and the subject.</summary>
    public NatsMessageDroppedEventArgs(INatsSub subscription, int pending, string subject)
        : base($"dropped a message on {subject}, {pending} pending") => (Subscription, Pending, Subject) = (subscription, pending, subject);

    /// <summary>Makes one from all its parts.</summary>
    public NatsMessageDroppedEventArgs(INatsSub subscription, int pending, string subject, string? replyTo, NatsHeaders? headers, object? data)
        : this(subscription, pending, subject) => (ReplyTo, Headers, Data) = (replyTo, headers, data);

    internal NatsMessageDroppedEventArgs(NatsMessageDroppedEvent e)
        : base(e) => (Subscription, Pending, Subject, ReplyTo) =
            (e.Subscription, (int)Math.Min(int.MaxValue, e.Subscription.Stats.PendingMessages), e.Subject, e.ReplyTo);

    /// <summary>The subscription that dropped the messages.</summary>
    public INatsSub Subscription { get; }
    /// <summary>Number of messages in the queue of the subscription.</summary>
    public int Pending { get; }
    /// <summary>The subject of the last dropped message.</summary>
    public string Subject { get; }
    /// <summary>The reply subject of the last dropped message, or <see langword="null"/>.</summary>
    public string? ReplyTo { get; init; }
    /// <summary>The headers; always <see langword="null"/> when the connection raises the event, because a dropped message is not parsed.</summary>
    public NatsHeaders? Headers { get; init; }
    /// <summary>The payload; always <see langword="null"/> when the connection raises the event, because a dropped message is not kept.</summary>
    public object? Data { get; init; }
}
