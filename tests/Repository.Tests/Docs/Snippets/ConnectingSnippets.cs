using Earshot;

namespace Repository.Tests.Docs.Snippets;

/// <summary>Code that the guides print and no sample holds; it is compiled, and the tests do not run it.</summary>
internal static class ConnectingSnippets
{
    internal static NatsOpts Options()
    {
        // snippet: reconnect-options
        var opts = new NatsOpts
        {
            Url = "nats://one:4222,nats://two:4222",
            RetryOnInitialConnect = true,
            MaxReconnectRetry = 100,
            ReconnectTimeLimit = TimeSpan.FromMinutes(5),
            ReconnectWaitMin = TimeSpan.FromMilliseconds(100),
            ReconnectWaitMax = TimeSpan.FromSeconds(2),
        };
        // end snippet
        return opts;
    }

    internal static NatsOpts Delay()
    {
        // snippet: reconnect-delay
        var opts = new NatsOpts
        {
            ReconnectDelay = (rounds, ct) => ValueTask.FromResult(TimeSpan.FromSeconds(Math.Min(rounds, 10))),
        };
        // end snippet
        return opts;
    }

    internal static async Task MoveAsync(INatsConnection connection)
    {
        // snippet: move
        await connection.SetServersAsync(["nats://three:4222", "nats://four:4222"], reconnect: true);
        await connection.ReconnectAsync(new NatsForceReconnectOptions { Reason = "new certificate on the server" });
        // end snippet
    }
}
