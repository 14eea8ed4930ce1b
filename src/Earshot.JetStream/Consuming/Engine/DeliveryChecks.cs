namespace Earshot.JetStream.Consuming;

/// <summary>What is compared when a message arrives, before anybody reads it.</summary>
internal static class DeliveryChecks
{
    /// <summary>One message came, on the read loop: its sequences and its pin are compared with those before.</summary>
    public static void Check(ConsumerOrigin origin, PullWriter writer, IReadReporter? reporter, in AckSubject subject, ReadOnlySpan<byte> headers, bool isCurrent)
    {
        if (origin.Deliveries is { } deliveries && deliveries.Arrived(subject, isCurrent) && reporter is not null)
        {
            _ = deliveries.AskAsync(origin, reporter);
        }

        if (isCurrent && writer.Group.Length > 0 && PinHeader.TryReadNew(headers, writer.Pin, out string pin))
        {
            writer.Pin = pin;
            reporter?.Report(origin, new PullNote(PullNoteKind.Notice) { Notice = NatsJSNotificationKind.Pinned });
        }
    }
}
