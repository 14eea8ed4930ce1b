using System.Globalization;
using Earshot.JetStream.Publishing;

namespace Earshot.JetStream.Batches;

/// <summary>Reads the answers to messages of atomic batches. The token of the reply subject is "round.sequence".</summary>
internal static class BatchAnswer
{
    /// <summary>Returns the reply subject of a message.</summary>
    public static byte[] ReplyTo(string prefix, int round, int sequence) =>
        System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}{round}.{sequence}"));

    /// <summary>Returns the input of a signal, with the ack of the server if it is one; null when the signal is not an answer to a message of a batch.</summary>
    public static (BatchInput Input, PubAckResponse? Ack)? Read(PubAckReader reader, in BatchSignal signal, TimeSpan now)
    {
        if (signal.Token.Split('.') is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int round)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int sequence))
        {
            return null;
        }

        PubAckResponse? ack = signal is { Kind: BatchSignalKind.Answer, Payload.Length: > 0 } ? reader.Read(signal.Payload) : null;
        if (ack is null && signal is { Kind: BatchSignalKind.Answer, Payload.Length: > 0 })
        {
            return null; // not readable: it is no proof of anything
        }

        BatchInputKind kind = signal.Kind == BatchSignalKind.NoResponders ? BatchInputKind.NoResponders
            : signal.Payload.Length == 0 ? BatchInputKind.Accepted
            : ack!.Error is not null ? BatchInputKind.Refused
            : ack.Batch is not null ? BatchInputKind.Committed : BatchInputKind.StoredAlone;
        return (new BatchInput(kind, now) { Round = round, Sequence = sequence, Error = ack?.Error }, ack);
    }
}
