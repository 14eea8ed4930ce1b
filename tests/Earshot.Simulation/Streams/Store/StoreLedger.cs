using Earshot.JetStream;
using Earshot.Server.JetStream;
using Earshot.Simulation.Checks;
using Earshot.Simulation.Scheduling;
using StoredMessage = Earshot.Server.JetStream.StoredMessage;

namespace Earshot.Simulation.Streams.Store;

/// <summary>
/// What was published to the stream, what its server stored, and what was reported to publishers. Checks that nothing is stored twice, that what was
/// acknowledged is stored, and that what failed as not stored is not.
/// </summary>
internal sealed class StoreLedger(Findings findings, RunLog log) : IStreamObserver
{
    private readonly List<StreamMessage> _messages = [];
    private readonly List<ulong> _drops = []; // the last sequence after each loss
    private ulong _highest; // that was ever assigned

    /// <summary>Called when a fault has lost messages, with the last sequence that is left.</summary>
    public Action<ulong> Lost { get; set; } = static _ => { };

    public int Published => _messages.Count;

    /// <summary>How often the stream has lost messages.</summary>
    public int Drops => _drops.Count;

    public ulong LastSequence { get; private set; }

    /// <summary>The messages that are in the stream.</summary>
    public IEnumerable<StreamMessage> Present => _messages.Where(static message => message.Present > 0);

    public StreamMessage Begin(string publisher, int size)
    {
        var message = new StreamMessage(_messages.Count, publisher, Math.Max(size, Payload.LeastSize), Drops);
        _messages.Add(message);
        return message;
    }

    /// <summary>The payload of a message; its mark has no number that the core workload uses.</summary>
    public static byte[] PayloadOf(StreamMessage message) => Payload.Of(~message.Id, message.Size);

    public StreamMessage? Find(ReadOnlySpan<byte> payload) =>
        Payload.IdOf(payload) is { } id && ~id is var own && own >= 0 && own < _messages.Count ? _messages[own] : null;

    /// <summary>The server has stored a message.</summary>
    public void Stored(StoredMessage message)
    {
        LastSequence = message.Sequence;
        bool isRepeated = message.Sequence <= _highest;
        _highest = Math.Max(_highest, message.Sequence);
        if (Find(message.Payload) is not { } own)
        {
            return;
        }

        log.Add("stream", $"stores message {own.Id} as {message.Sequence}");
        own.Places.Add((message.Sequence, message.Time, Drops));
        own.HasSequenceOfAnother = isRepeated;
        if (++own.Present > 1)
        {
            findings.Report("stored-once", $"{own} is stored as {string.Join(", ", own.Places.Select(static place => place.Sequence))}");
        }

        if (!Payload.IsIntact(message.Payload, ~own.Id, own.Size))
        {
            findings.Report("payload-intact", $"{own} was stored with other bytes");
        }
    }

    /// <summary>A fault has removed a message.</summary>
    public void Removed(StoredMessage message)
    {
        if (Find(message.Payload) is { } own)
        {
            own.Present--;
            own.WasLost = true;
        }
    }

    /// <summary>The stream ends at this sequence now; what followed is lost.</summary>
    public void Dropped(ulong last)
    {
        LastSequence = last;
        _drops.Add(last);
        Lost(last);
    }

    /// <summary>The lowest end of the stream since a number of losses; the largest number: it has lost nothing since.</summary>
    /// <param name="drops">The number of losses before.</param>
    /// <param name="until">Only the losses up to this number.</param>
    public ulong LowestEndSince(int drops, int until = int.MaxValue) => _drops.Take(until).Skip(drops).DefaultIfEmpty(ulong.MaxValue).Min();

    public void Acknowledged(StreamMessage message, PubAckResponse ack)
    {
        message.Acked = ack.Seq;
        if (!message.WasAt(ack.Seq))
        {
            findings.Report("acked-stored", $"{message} was acknowledged as {ack.Seq} and stored as [{string.Join(", ", message.Places.Select(static place => place.Sequence))}]");
        }
    }

    /// <summary>A call has failed: notes whether it said that nothing was stored.</summary>
    public static void Failed(StreamMessage message, Exception exception)
    {
        if (IsNotStored(exception))
        {
            message.NotStored = exception;
        }
    }

    /// <summary>Whether an exception says that the server has not stored what the call wrote.</summary>
    public static bool IsNotStored(Exception exception) => exception switch
    {
        INatsDelivery delivery => delivery.Outcome is NatsOutcome.NotSent or NatsOutcome.Rejected,
        OperationCanceledException or ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>Nothing is in flight any more.</summary>
    public void CheckOutcomes()
    {
        foreach (StreamMessage message in _messages)
        {
            if (message is { Acked: not null, Present: 0, WasLost: false })
            {
                findings.Report("acked-stored", $"{message} was acknowledged as {message.Acked} and is not in the stream");
            }

            if (message.NotStored is { } exception && message.Places.Count > 0)
            {
                findings.Report("stream-outcome-true", $"{message} is stored as {message.Places[0].Sequence}, and its call failed with {exception.GetType().Name}: {exception.Message}");
            }
        }
    }
}
