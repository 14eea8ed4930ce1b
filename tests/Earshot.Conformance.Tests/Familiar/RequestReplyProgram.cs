namespace Earshot.Conformance.Tests.Familiar;

/// <summary>A responder on a connection of its own, requests to it, and one without responders.</summary>
internal static class RequestReplyProgram
{
    public static async Task<IReadOnlyList<string>> RunAsync(string url, string subject, CancellationToken stopping)
    {
        var lines = new List<string>();
        NatsOpts opts = NatsOpts.Default with { Url = url, Name = "request and reply" };
        await using var nats = new NatsConnection(opts);
        await nats.ConnectAsync();

        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject: subject, queueGroup: "workers", cancellationToken: stopping);
        ChannelReaderLoop responder = new(sub, stopping);

        for (int i = 0; i < 3; i++)
        {
            NatsMsg<string> reply = await nats.RequestAsync<int, string>(subject: subject, data: i, cancellationToken: stopping);
            lines.Add($"{i}: {reply.Data}");
        }

        try
        {
            await nats.RequestAsync<int, string>(subject: $"{subject}.nobody", data: 0, cancellationToken: stopping);
        }
        catch (NatsNoRespondersException)
        {
            lines.Add("no responders");
        }

        await foreach (NatsMsg<string> reply in nats.RequestManyAsync<int, string>(subject, 9, replyOpts: new NatsSubOpts { MaxMsgs = 1 }, cancellationToken: stopping))
        {
            lines.Add($"many: {reply.Data}");
        }

        await sub.UnsubscribeAsync();
        await responder.Ended;
        lines.Add("bye");
        return lines;
    }

    private sealed class ChannelReaderLoop(INatsSub<int> sub, CancellationToken stopping)
    {
        public Task Ended { get; } = Task.Run(
            async () =>
            {
                await foreach (NatsMsg<int> msg in sub.Msgs.ReadAllAsync(stopping))
                {
                    await msg.ReplyAsync($"Answer is: {2 * msg.Data}", cancellationToken: stopping);
                }
            },
            stopping);
    }
}
