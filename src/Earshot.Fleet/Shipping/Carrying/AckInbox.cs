using System.Text;
using System.Text.Json;
using Earshot.Connections;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.Fleet.Shipping;

/// <summary>
/// The subscription of a carrier that receives the answers to batches; the last token of their subject is the number of the batch. An answer is passed on outside of
/// the read loop.
/// </summary>
/// <param name="port">The carrier.</param>
/// <param name="answered">Receives the number of a batch, what became of it, and what the stream says about a failure.</param>
internal sealed class AckInbox(ConnectionPort port, Action<long, SendFailure, string?> answered)
    : DeliveryTarget($"{port.Options.InboxPrefix}{(port.Options.InboxPrefix.Length > 0 ? "." : "")}{Base62.Random(IdLength)}.*", null)
{
    private const int IdLength = 16;
    private const int MaxToken = 16;
    private const int LongestText = 200;
    private const int ExceedsMaximum = 10054; // the max_msg_size of the stream

    private readonly Lock _lock = new();
    private bool _isAdded;

    /// <summary>Subscribes the inbox, unless it is subscribed. False: the connection is closed.</summary>
    public bool TryOpen()
    {
        lock (_lock)
        {
            return _isAdded || (_isAdded = port.TryAdd(this));
        }
    }

    /// <summary>Removes the subscription.</summary>
    public void Close(NatsSubEndReason reason)
    {
        lock (_lock)
        {
            if (_isAdded)
            {
                _isAdded = false;
                port.Remove(this, reason);
            }
        }
    }

    /// <summary>The subject of the answer to a batch.</summary>
    public byte[] ReplyTo(long number)
    {
        Span<byte> token = stackalloc byte[MaxToken];
        return [.. Encoding.UTF8.GetBytes(Subject[..^1]), .. token[..Base62.Write((ulong)number, token)]];
    }

    /// <inheritdoc/>
    public override void Wake()
    {
    }

    /// <inheritdoc/>
    public override void End(NatsSubEndReason reason, Exception? exception) => Close(reason);

    /// <inheritdoc/>
    protected override bool Deliver(in ServerOperation operation)
    {
        if (!Base62.TryRead(operation.Subject[(Subject.Length - 1)..], out ulong number) || Read(operation) is not { } answer)
        {
            return false;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static call => call.Answered(call.Number, call.Failure, call.Text), (Answered: answered, Number: (long)number, answer.Failure, answer.Text), preferLocal: false);
        return false;
    }

    private static (SendFailure Failure, string? Text)? Read(in ServerOperation operation)
    {
        if (operation.Payload.IsEmpty)
        {
            return HeaderCodec.TryReadStatus(operation.Headers, out _) ? (SendFailure.NoStream, null) : null;
        }

        try
        {
            AckBody? body = JsonSerializer.Deserialize(operation.Payload, AckJson.Default.AckBody);
            return body switch
            {
                { Error: { } error } => (error.Code == ExceedsMaximum ? SendFailure.TooLarge : SendFailure.Error, $"{(error.Description is { Length: > LongestText } text ? text[..LongestText] : error.Description)} ({error.Code})"),
                { Stream: not null } => (SendFailure.None, null),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null; // not an ack: the batch is sent again
        }
    }
}
