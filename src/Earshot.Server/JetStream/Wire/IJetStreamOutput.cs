namespace Earshot.Server.JetStream;

/// <summary>Where streams and consumers send messages, and who wakes them. Spans are valid during the call only.</summary>
internal interface IJetStreamOutput
{
    /// <summary>The name of the account.</summary>
    string Account { get; }

    /// <summary>Routes a message by its own subject.</summary>
    void Send(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload);

    /// <summary>Routes a delivery to an inbox; the message keeps the subject that it has in the stream.</summary>
    void Deliver(ReadOnlySpan<byte> inbox, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload);

    /// <summary>Whether there is a subscription to the subject.</summary>
    bool HasInterest(ReadOnlySpan<byte> subject);

    /// <summary>Whether there is a subscription with exactly this subject, as push consumers need one.</summary>
    /// <param name="subject">A subject without wildcards.</param>
    /// <param name="group">The queue group that the subscription must have; null or empty: it must have none.</param>
    bool IsBound(ReadOnlySpan<byte> subject, string? group);

    /// <summary>Something is due at this time.</summary>
    void WakeAt(DateTimeOffset? time);
}
