namespace Earshot.Conformance.Tests.Familiar;

/// <summary>The program that most users of NATS write first: a loop over a subscription that a token ends, and a concurrent publisher.</summary>
internal static class SubscribeLoopProgram
{
    public static async Task<IReadOnlyList<string>> RunAsync(string url, string subject, CancellationToken stopping)
    {
        var lines = new List<string>();
        await using var nats = new NatsClient(url: url, name: "subscribe loop");
        await nats.ConnectAsync();

        using var cts = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscription = Task.Run(
            async () =>
            {
                var opts = new NatsSubOpts
                {
                    Events = new NatsSubEvents
                    {
                        OnSubscribed = _ =>
                        {
                            ready.SetResult();
                            return default;
                        },
                    },
                };
                await foreach (NatsMsg<LoopOrder> msg in nats.SubscribeAsync<LoopOrder>(subject: $"{subject}.>", opts: opts, cancellationToken: cts.Token))
                {
                    lines.Add($"received {msg.Subject}: {msg.Data}");
                    if (msg.Data is { OrderId: 2 })
                    {
                        await cts.CancelAsync();
                    }
                }

                lines.Add("unsubscribed");
            },
            stopping);

        await ready.Task.WaitAsync(stopping);
        for (int i = 0; i < 3; i++)
        {
            await nats.PublishAsync<LoopOrder>(subject: $"{subject}.new.{i}", data: new(OrderId: i), cancellationToken: stopping);
        }

        await subscription.WaitAsync(stopping);
        lines.Add("bye");
        return lines;
    }
}
