using Earshot.Outbound;

namespace Earshot.JetStream.Consuming;

/// <summary>Sends acks to the reply subject of a message, which is written from its parts. Does not depend on the message itself.</summary>
internal static class AckSender
{
    private const int OnStack = 512;

    /// <summary>Sends an ack. Completes when it is in the outbound buffer, or with the server's confirmation.</summary>
    /// <param name="source">The source of the message.</param>
    /// <param name="subject">What is acknowledged.</param>
    /// <param name="word">The payload of the ack.</param>
    /// <param name="isConfirmed">Whether to wait for the server's confirmation.</param>
    /// <param name="cancellationToken">Cancels the wait. Nothing was sent, unless the exception is an <see cref="INatsDelivery"/>.</param>
    /// <param name="lateAfter">The time from now after which the ack is late when it is written; null: never.</param>
    public static ValueTask<NatsJSAckOutcome> SendAsync(
        AckSource source, in AckSubject subject, ReadOnlyMemory<byte> word, bool isConfirmed, CancellationToken cancellationToken, TimeSpan? lateAfter = null)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<NatsJSAckOutcome>(cancellationToken);
        }

        if (source.Consumer.Acknowledged is { } acknowledged && AckWord.IsFinal(word.Span))
        {
            acknowledged(subject.StreamSeq);
        }

        if (isConfirmed)
        {
            return source.Consumer.Hub.Confirmations.SendAsync(subject, word, lateAfter, cancellationToken);
        }

        Span<byte> room = subject.MaxLength <= OnStack ? stackalloc byte[OnStack] : new byte[subject.MaxLength];
        var message = new OutgoingMessage { Subject = "", SubjectBytes = room[..subject.Write(room)], Payload = word.Span };
        return source.Consumer.Hub.Port.TryPublish(message, needsSession: false, out _) switch
        {
            AppendResult.Appended => new ValueTask<NatsJSAckOutcome>(lateAfter < TimeSpan.Zero ? NatsJSAckOutcome.Late : NatsJSAckOutcome.Sent),
            AppendResult.MustWait => WaitAsync(source, subject.ToString(), word, lateAfter, cancellationToken),
            _ => new ValueTask<NatsJSAckOutcome>(NatsJSAckOutcome.NotSent),
        };
    }

    private static async ValueTask<NatsJSAckOutcome> WaitAsync(AckSource source, string subject, ReadOnlyMemory<byte> word, TimeSpan? lateAfter, CancellationToken cancellationToken)
    {
        long started = source.Consumer.Hub.Port.Time.GetTimestamp();
        try
        {
            await source.Consumer.Hub.Port.Connection.PublishAsync(subject, word, cancellationToken: cancellationToken).ConfigureAwait(false);
            return lateAfter < source.Consumer.Hub.Port.Time.GetElapsedTime(started) ? NatsJSAckOutcome.Late : NatsJSAckOutcome.Sent;
        }
        catch (NatsException)
        {
            return NatsJSAckOutcome.NotSent;
        }
    }
}
