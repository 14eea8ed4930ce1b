namespace Earshot.Server.JetStream;

/// <summary>Where streams and consumers send messages, and who wakes them. Spans are valid during the call only.</summary>
internal interface IJetStreamOutput
{
    /// <summary>Routes a message by its own subject.</summary>
    void Send(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload);

    /// <summary>Routes a delivery to an inbox; the message keeps the subject that it has in the stream.</summary>
    void Deliver(ReadOnlySpan<byte> inbox, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload);

    /// <summary>Whether there is a subscription to the subject.</summary>
    bool HasInterest(ReadOnlySpan<byte> subject);

    /// <summary>Something is due at this time.</summary>
    void WakeAt(DateTimeOffset? time);
}
