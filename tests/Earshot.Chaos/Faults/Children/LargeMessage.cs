using Earshot.Chaos.Core;

namespace Earshot.Chaos.Faults;

/// <summary>A message that is larger than the heap of its receiver: the session ends and says why, and the next one works.</summary>
internal static class LargeMessage
{
    public const string Wanted = "chaos.large.wanted";

    private const string Subject = "chaos.large";
    private const int Size = 48 * 1024 * 1024;

    /// <summary>Publishes the message when the receiver asks for it, in a process with enough memory.</summary>
    public static async Task SendAsync(NatsConnection sender, INatsSub<string> wanted, CancellationToken cancellationToken)
    {
        await wanted.Msgs.ReadAsync(cancellationToken);
        await sender.PublishAsync(Subject, new byte[Size], cancellationToken: cancellationToken);
        await sender.PingAsync(cancellationToken);
    }

    /// <summary>Receives it, in the process whose heap is limited.</summary>
    public static async Task ReceiveAsync(string url, ChaosTable table, CancellationToken cancellationToken)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = url });
        var journal = new JournalAudit(connection);
        await connection.ConnectAsync(cancellationToken);
        await using INatsSub<byte[]> large = await connection.SubscribeCoreAsync<byte[]>(Subject, cancellationToken: cancellationToken);
        await using INatsSub<int> small = await connection.SubscribeCoreAsync<int>("chaos.small", cancellationToken: cancellationToken);
        await connection.PingAsync(cancellationToken);
        Task<NatsResubscribedEvent> resubscribed = connection.Events.WhenAsync<NatsResubscribedEvent>(cancellationToken: cancellationToken);
        await connection.PublishAsync(Wanted, "", cancellationToken: cancellationToken);
        await resubscribed;
        await connection.PublishAsync("chaos.small", 7, cancellationToken: cancellationToken);

        table.All("F30 sessions ended by a message larger than the heap, with the cause", journal.Of<NatsDisconnectedEvent>().Count(lost => lost.Exception is OutOfMemoryException), 1);
        table.All("F30 messages received behind it", (await small.Msgs.ReadAsync(cancellationToken)).Data == 7 ? 1 : 0, 1);
    }
}
