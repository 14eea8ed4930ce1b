using Earshot.Server.Clients;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Checks;

/// <summary>
/// What was published, what the servers received and what subscribers received. Checks that no message is received twice by servers, that
/// the order within a session is the order of the calls, that payloads are intact, and that outcomes and flushes are true.
/// </summary>
internal sealed class Ledger(Scheduler scheduler, Findings findings, RunLog log)
{
    private readonly List<Message> _messages = [];
    private readonly Dictionary<string, PublisherLedger> _publishers = [];
    private readonly Dictionary<ClientConnection, long> _newestStart = [];
    private readonly Dictionary<int, long> _seenOrder = [];

    public int Published => _messages.Count;

    public Message Begin(string publisher, int size)
    {
        var message = new Message(_messages.Count, publisher, Math.Max(size, Payload.LeastSize), scheduler.Executed);
        _messages.Add(message);
        return message;
    }

    public PublisherLedger Of(string publisher)
    {
        if (!_publishers.TryGetValue(publisher, out PublisherLedger? found))
        {
            _publishers.Add(publisher, found = new PublisherLedger(publisher, findings));
        }

        return found;
    }

    public void Accepted(Message message)
    {
        message.Accepted = scheduler.Executed;
        Of(message.Publisher).Accepted(message);
    }

    public static void Failed(Message message, Exception exception)
    {
        if (exception is INatsDelivery { Outcome: NatsOutcome.NotSent })
        {
            message.NotSent = exception;
        }
    }

    /// <summary>A server has received a message of a client. Called on its read loop.</summary>
    public void Received(ClientConnection client, in RoutedMessage routed)
    {
        if (routed.Subject.StartsWith("_INBOX"u8) || Find(routed.Payload) is not { } message)
        {
            return; // a reply repeats the payload of its request
        }

        log.Add("server", $"receives message {message.Id}");
        _seenOrder[message.Id] = _seenOrder.Count;
        if (++message.Seen > 1)
        {
            findings.Report("sent-once", $"servers received {message} {message.Seen} times");
        }

        if (!Payload.IsIntact(routed.Payload, message.Id, message.Size))
        {
            findings.Report("payload-intact", $"{message} arrived at the server with other bytes ({routed.Payload.Length} of them)");
        }

        long newest = _newestStart.GetValueOrDefault(client);
        if (message.Accepted < newest)
        {
            findings.Report("publish-order", $"{message} was accepted before a message that the server received first was published");
        }

        _newestStart[client] = Math.Max(newest, message.Started);
    }

    /// <summary>The message that a subscriber received; null for what the simulation has not published.</summary>
    public Message? Find(ReadOnlySpan<byte> payload) =>
        Payload.IdOf(payload) is { } id && id >= 0 && id < _messages.Count ? _messages[id] : null;

    /// <summary>The position of a message in the order in which servers received them; null: none has received it.</summary>
    public long? SeenOrder(Message message) => _seenOrder.TryGetValue(message.Id, out long order) ? order : null;

    /// <summary>Nothing is in flight any more: what was said not to be sent must not have been received.</summary>
    public void CheckOutcomes()
    {
        foreach (Message message in _messages.Where(message => message is { NotSent: not null, Seen: > 0 }))
        {
            findings.Report("outcome-true", $"a server received {message}, whose call failed as not sent: {message.NotSent!.GetType().Name}: {message.NotSent.Message}");
        }
    }
}
