using System.Threading.Channels;
using Earshot.RealServer;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Conformance.Tests;

/// <summary>What every test with a real server needs of the test that runs: its token, its output, a limit for everything awaited.</summary>
internal static class ScenarioSetup
{
    public const string Name = "Earshot .NET client";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A server and a connection that is open.</summary>
    public static async Task<ScenarioContext> OpenAsync(Func<NatsOpts, NatsOpts>? with = null, NatsServerSetup? setup = null)
    {
        ScenarioContext scenario = await SetAsync(with, setup);
        try
        {
            await scenario.Connection.ConnectAsync(Token).AsTask().Within();
            return scenario;
        }
        catch
        {
            await scenario.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server and a connection that was not used yet.</summary>
    public static Task<ScenarioContext> SetAsync(Func<NatsOpts, NatsOpts>? with = null, NatsServerSetup? setup = null) =>
        ScenarioContext.SetAsync(setup, with, Write, Token);

    public static Task<ITestServer> ServerAsync(string config = "") =>
        TestServers.StartAsync(new NatsServerSetup { Config = config }, Token);

    /// <summary>A recorded connection to servers of the test's own.</summary>
    public static JournalRecorder Record(string url, Func<NatsOpts, NatsOpts>? with = null)
    {
        NatsOpts opts = ScenarioContext.Quick(url);
        return new JournalRecorder(new NatsConnection(with?.Invoke(opts) ?? opts), Write);
    }

    public static void Write(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);

    public static Task Within(this Task task) => task.WaitAsync(s_limit, Token);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(s_limit, Token);

    public static Task Within(this ValueTask task) => task.AsTask().Within();

    public static Task<T> Within<T>(this ValueTask<T> task) => task.AsTask().Within();

    public static Task<T> NextAsync<T>(this ChannelReader<T> reader) => reader.ReadAsync(Token).AsTask().Within();

    public static Task<T> WhenAsync<T>(this ScenarioContext scenario, Func<T, bool>? predicate = null, long after = 0) where T : NatsConnectionEvent =>
        scenario.Journal.WhenAsync(predicate, after, Token);

    /// <summary>Lets time pass in steps until something has happened. Only while nothing has to be in time.</summary>
    public static async Task<T> PassUntilAsync<T>(this FakeTimeProvider time, Task<T> happened)
    {
        while (!happened.IsCompleted)
        {
            time.Advance(s_step);
            await Task.WhenAny(happened, Task.Delay(1, Token));
        }

        return await happened;
    }

    /// <summary>Restarts the server on its ports and completes when the connection has its subscriptions back.</summary>
    public static async Task RestartAsync(this ScenarioContext scenario)
    {
        long mark = scenario.Journal.Mark;
        await scenario.Server.RestartAsync(Token);
        await scenario.WhenAsync<NatsResubscribedEvent>(after: mark);
    }

    /// <summary>The server has exactly the subscriptions that the client believes it has.</summary>
    public static async Task AssertSameSubscriptionsAsync(ITestServer server, JournalRecorder journal)
    {
        IReadOnlyList<string> expected = ServerMonitor.SubscriptionsOf(journal);
        Assert.Equal(expected, await ServerMonitor.SubscriptionsAsync(server, journal.Connection.Opts.Name, Token));
    }
}
