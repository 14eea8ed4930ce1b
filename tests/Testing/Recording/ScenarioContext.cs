using Earshot.RealServer;

namespace Earshot.Testing;

/// <summary>One server, real or in process, and one recorded connection to it, made for a test and taken down with it. It asserts nothing but the grammar.</summary>
internal sealed class ScenarioContext : IAsyncDisposable
{
    private ScenarioContext(ITestServer server, JournalRecorder journal) => (Server, Journal) = (server, journal);

    public ITestServer Server { get; }

    public JournalRecorder Journal { get; }

    public NatsConnection Connection => Journal.Connection;

    /// <summary>Options with short waits, so that no test waits for a clock.</summary>
    public static NatsOpts Quick(string url) => new()
    {
        Url = url,
        NoRandomize = true,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(200),
        EventCapacity = 1 << 14,
    };

    /// <summary>Starts the server and makes the connection, which is not connected yet.</summary>
    public static async Task<ScenarioContext> SetAsync(NatsServerSetup? setup, Func<NatsOpts, NatsOpts>? with, Action<string>? output, CancellationToken cancellationToken)
    {
        ITestServer server = await TestServers.StartAsync(setup, cancellationToken).ConfigureAwait(false);
        try
        {
            NatsOpts opts = Quick(server.Url);
            return new ScenarioContext(server, new JournalRecorder(new NatsConnection(with?.Invoke(opts) ?? opts), output));
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Journal.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await Server.DisposeAsync().ConfigureAwait(false);
        }
    }
}
