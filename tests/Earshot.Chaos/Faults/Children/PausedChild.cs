using Earshot.Chaos.Core;

namespace Earshot.Chaos.Faults;

/// <summary>A client with default options that sends a request every 10 ms until it has to end.</summary>
internal static class PausedChild
{
    public const string Ready = "chaos.ready";
    public const string End = "chaos.end";

    public static async Task RunAsync(string url, ChaosTable table, CancellationToken cancellationToken)
    {
        var connection = new NatsConnection(new NatsOpts { Url = url, EventCapacity = 64 * 1024 });
        var journal = new JournalAudit(connection);
        await using INatsSub<byte[]> end = await connection.SubscribeCoreAsync<byte[]>(End, cancellationToken: cancellationToken);
        await using INatsSub<byte[]> service = await connection.SubscribeCoreAsync<byte[]>("chaos.echo", cancellationToken: cancellationToken);
        Task answering = AnswerAsync(service);
        await connection.PublishAsync(Ready, cancellationToken: cancellationToken);
        Task<NatsMsg<byte[]>> ended = end.Msgs.ReadAsync(cancellationToken).AsTask();
        (int sent, int failed) = (0, 0);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (!ended.IsCompleted && await ticks.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                sent++;
                await connection.RequestAsync<byte[], byte[]>("chaos.echo", [1], cancellationToken: cancellationToken);
            }
            catch (NatsException)
            {
                failed++; // its timeout ran during the pause
            }
        }

        await connection.DisposeAsync();
        await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // ends with the connection
        int violations = (await journal.ValidateAsync()).Count;
        table.None("F26 sessions lost", journal.Of<NatsReconnectingEvent>().Count());
        table.Tell("F26 requests, that ran into their timeout", $"{sent}, {failed}");
        table.Tell("F26 pauses reported", string.Join(", ", journal.Of<NatsProcessStalledEvent>().Select(e => FormattableString.Invariant($"{e.Duration.TotalSeconds:0.0} s"))));
        table.None("F26 journal violations", violations);
    }

    private static async Task AnswerAsync(INatsSub<byte[]> service)
    {
        await foreach (NatsMsg<byte[]> message in service.Msgs.ReadAllAsync())
        {
            await message.ReplyAsync(message.Data);
        }
    }
}
