using Earshot.Outbound;

namespace Earshot.JetStream.Consuming;

/// <summary>Sends acks to the reply subject of a message, which is written from its parts. Does not depend on the message itself.</summary>
internal static class AckSender
{
    private const int OnStack = 512;

    /// <summary>Sends an ack. Completes when it is in the outbound buffer, or with the server's confirmation.</summary>
    public static ValueTask<NatsJSAckOutcome> SendAsync(AckSource source, in AckSubject subject, ReadOnlyMemory<byte> word, bool isConfirmed, CancellationToken cancellationToken)
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
            return source.Consumer.Hub.Confirmations.SendAsync(subject, word, cancellationToken);
        }

        Span<byte> room = subject.MaxLength <= OnStack ? stackalloc byte[OnStack] : new byte[subject.MaxLength];
        var message = new OutgoingMessage { Subject = "", SubjectBytes = room[..subject.Write(room)], Payload = word.Span };
        return source.Consumer.Hub.Port.TryPublish(message, needsSession: false, out _) switch
        {
            AppendResult.Appended => new ValueTask<NatsJSAckOutcome>(NatsJSAckOutcome.Sent),
            AppendResult.MustWait => WaitAsync(source, subject.ToString(), word, cancellationToken),
            _ => new ValueTask<NatsJSAckOutcome>(NatsJSAckOutcome.NotSent),
        };
    }

    private static async ValueTask<NatsJSAckOutcome> WaitAsync(AckSource source, string subject, ReadOnlyMemory<byte> word, CancellationToken cancellationToken)
    {
        try
        {
            await source.Consumer.Hub.Port.Connection.PublishAsync(subject, word, cancellationToken: cancellationToken).ConfigureAwait(false);
            return NatsJSAckOutcome.Sent;
        }
        catch (NatsException)
        {
            return NatsJSAckOutcome.NotSent;
        }
    }
}
