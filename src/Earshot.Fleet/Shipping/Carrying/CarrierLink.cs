using System.Text;
using Earshot.Connections;
using Earshot.Outbound;

namespace Earshot.Fleet.Shipping;

/// <summary>Writes batches to the connection that carries them: only into an open session, and never where the application waits for space.</summary>
internal sealed class CarrierLink(ConnectionPort port, Action<long, SendFailure, string?> answered)
{
    private readonly AckInbox _inbox = new(port, answered);

    /// <summary>The subject of the inbox, with its wildcard.</summary>
    public string Inbox => _inbox.Subject;

    /// <summary>The longest message of the server.</summary>
    public long MaxPayload => port.MaxPayload;

    /// <summary>How much of the pending buffer is in use, from 0 to 1.</summary>
    public double PendingShare => port.Options.PendingBufferSize <= 0 ? 0 : (double)port.Connection.Stats.PendingBytes / port.Options.PendingBufferSize;

    /// <summary>Returns a random number from 0 to below 1.</summary>
    public double Chance() => port.Random.NextDouble();

    /// <summary>Writes a batch, if the given session is the live one.</summary>
    public WriteResult Write(FrozenBatch batch, int session)
    {
        if (port.SessionId != session || port.IsHoldingRequests || !_inbox.TryOpen())
        {
            return WriteResult.NotNow;
        }

        byte[] id = port.Options.Headers ? Encoding.UTF8.GetBytes($"Nats-Msg-Id: {batch.MsgId}\r\n") : [];
        var message = new OutgoingMessage
        {
            Subject = batch.Subject,
            ReplyInbox = _inbox.ReplyTo(batch.Number),
            HeaderLines = id,
            HeadersLength = OutgoingMessage.MeasureHeaders(null, id),
            Payload = batch.Payload,
        };
        try
        {
            return port.TryPublish(message, needsSession: true, out _) switch
            {
                AppendResult.Appended => WriteResult.Written,
                AppendResult.TooLarge => WriteResult.TooLarge,
                _ => WriteResult.NotNow,
            };
        }
        catch (NatsPayloadTooLargeException)
        {
            return WriteResult.TooLarge;
        }
    }

    /// <summary>Removes the inbox of acks.</summary>
    public void Close() => _inbox.Close(NatsSubEndReason.Unsubscribed);
}
