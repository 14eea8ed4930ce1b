namespace Earshot.JetStream.Consuming;

/// <summary>What is compared when a message arrives, before anybody reads it.</summary>
internal static class DeliveryChecks
{
    /// <summary>One message came, on the read loop: its sequences and its pin are compared with those before.</summary>
    public static void Check(ConsumerOrigin origin, PullWriter writer, IReadReporter? reporter, in AckSubject subject, ReadOnlySpan<byte> headers, bool isCurrent)
    {
        if (origin.Deliveries is { } deliveries && deliveries.Arrived(subject, isCurrent) && reporter is not null)
        {
            _ = deliveries.AskAsync(origin, reporter, isReset: true, RegressionEvidence.StreamInfo);
        }

        if (isCurrent && writer.Group.Length > 0 && PinHeader.TryReadNew(headers, writer.Pin, out string pin))
        {
            if (writer.Pin is { } previous)
            {
                reporter?.Report(origin, new PullNote(PullNoteKind.Notice) { Notice = NatsJSNotificationKind.Unpinned, Detail = previous });
            }

            writer.Pin = pin;
            reporter?.Report(origin, new PullNote(PullNoteKind.Notice) { Notice = NatsJSNotificationKind.Pinned, Detail = pin });
        }
    }

    /// <summary>A heartbeat came, on the read loop: the position of the consumer in it is compared with the last delivery.</summary>
    public static void Heartbeat(ConsumerOrigin origin, IReadReporter? reporter, in PullStatus heartbeat, bool isCurrent)
    {
        if (isCurrent && origin.Deliveries is { } deliveries && reporter is not null && deliveries.HasGoneBack(heartbeat) is { } isReset)
        {
            _ = deliveries.AskAsync(origin, reporter, isReset, RegressionEvidence.Heartbeat);
        }
    }
}
