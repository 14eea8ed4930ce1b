using System.Collections.Concurrent;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>The order in which the handlers of one connection receive events while its transport fails repeatedly.</summary>
public sealed class EventOrderScenarios
{
    [Fact]
    public Task NET_events_and_callbacks_of_60_drops_are_each_raised_in_the_order_of_the_journal() => DropAsync(60);

    [Fact]
    [Trait("Duration", "Long")]
    public Task NET_events_and_callbacks_of_300_drops_are_each_raised_in_the_order_of_the_journal() => DropAsync(300);

    private static async Task DropAsync(int drops)
    {
        await using ITestServer server = await ScenarioSetup.ServerAsync();
        await using var proxy = new FaultProxy(server.Port);
        var raised = new ConcurrentQueue<string>();
        var called = new ConcurrentQueue<string>();
        await using JournalRecorder journal = ScenarioSetup.Record(proxy.Url, opts => opts with
        {
            ReconnectBackoffResetAfter = TimeSpan.FromMilliseconds(1),
            Events = new NatsEventCallbacks
            {
                OnReconnected = (_, _) => Hear(called, "reconnected"),
                OnDisconnected = (_, _) => Hear(called, "disconnected"),
                OnResubscribed = (_, _) => Hear(called, "resubscribed"),
            },
        });
        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();
        journal.Connection.ConnectionOpened += (_, _) => Hear(raised, "opened");
        journal.Connection.ConnectionDisconnected += (_, _) => Hear(raised, "disconnected");
        for (int i = 0; i < drops; i++)
        {
            long before = journal.Connection.Events.LastSequence;
            proxy.ResetAll();
            await journal.Connection.Events.WhenAsync<NatsResubscribedEvent>(before, ScenarioSetup.Token).Within();
        }

        await journal.Connection.DisposeAsync(); // waits for the handlers

        Assert.All(raised.SkipLast(1).Chunk(2), outage => Assert.Equal(["disconnected", "opened"], outage));
        Assert.All(called.SkipLast(1).Chunk(3), outage => Assert.Equal(["disconnected", "reconnected", "resubscribed"], outage));
        Assert.Equal((2 * drops) + 1, raised.Count);
        Assert.Equal((3 * drops) + 1, called.Count);
    }

    private static ValueTask Hear(ConcurrentQueue<string> received, string name)
    {
        received.Enqueue(name);
        return default;
    }
}
