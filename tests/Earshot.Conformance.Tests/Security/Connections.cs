using Earshot.RealServer;
using Xunit;

namespace Earshot.Conformance.Tests.Security;

/// <summary>The steps of the security tests on a connection, each with its own timeout.</summary>
internal static class Connections
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<NatsServerProcess> ServerAsync(string config) =>
        NatsServerProcess.StartAsync(new NatsServerSetup { Config = config }, Cancelled);

    /// <summary>Gets in, shows that messages travel, and leaves with a journal that is in order.</summary>
    public static async Task<IReadOnlyList<NatsConnectionEvent>> GetsInAsync(NatsOpts opts)
    {
        await using var connection = new NatsConnection(opts);
        await connection.ConnectAsync(Cancelled).AsTask().WaitAsync(Limit, Cancelled);
        await EchoAsync(connection);
        await connection.DisposeAsync();
        IReadOnlyList<NatsConnectionEvent> events = connection.Events.ToList();
        Assert.Empty(NatsJournalValidator.Validate(events, requireClosed: true));
        return events;
    }

    /// <summary>Connects to a server that supports only PING.</summary>
    public static async Task GetsInWithoutEchoAsync(NatsOpts opts)
    {
        await using var connection = new NatsConnection(opts);
        await connection.ConnectAsync(Cancelled).AsTask().WaitAsync(Limit, Cancelled);
        await connection.PingAsync(Cancelled);
    }

    public static async Task EchoAsync(NatsConnection connection)
    {
        await using INatsSub<string> sub = await connection.SubscribeCoreAsync<string>("echo.>", cancellationToken: Cancelled);
        await connection.PublishAsync("echo.one", "hello", cancellationToken: Cancelled);
        NatsMsg<string> received = await sub.Msgs.ReadAsync(Cancelled).AsTask().WaitAsync(Limit, Cancelled);
        Assert.Equal("hello", received.Data);
    }

    /// <summary>Is refused; returns the one failure.</summary>
    public static async Task<NatsConnectFailure> IsRefusedAsync(NatsOpts opts)
    {
        await using var connection = new NatsConnection(opts);
        NatsConnectionFailedException failed = await Assert.ThrowsAsync<NatsConnectionFailedException>(
            () => connection.ConnectAsync(Cancelled).AsTask().WaitAsync(Limit, Cancelled));
        await connection.DisposeAsync();
        Assert.Empty(NatsJournalValidator.Validate(connection.Events.ToList(), requireClosed: true));
        return failed.Failures[^1];
    }
}
