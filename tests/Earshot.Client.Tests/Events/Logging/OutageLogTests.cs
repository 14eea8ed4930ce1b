using Earshot.Events;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Client.Tests.Events.Logging;

/// <summary>The log of an outage as the engineer on call reads it, and as the documentation prints it.</summary>
public sealed class OutageLogTests
{
    [Fact]
    public async Task Outage_is_one_entry_at_its_begin_one_for_each_minute_and_one_at_its_end()
    {
        var rig = new JournalRig();
        var log = new LogEntries(LogLevel.Information);
        using IDisposable reader = LogReader.Attach(rig.Journal, log, "orders");
        rig.Open();
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        Lose(rig);
        await log.All.ReachAsync(3);
        for (int minute = 0; minute < 2; minute++)
        {
            Fail(rig, attempt: 12 * (minute + 1));
            await ReadAllAsync(rig, log, 4 + (2 * minute));
            rig.Time.Advance(TimeSpan.FromMinutes(1));
            await log.All.ReachAsync(5 + (2 * minute));
        }

        rig.Time.Advance(TimeSpan.FromSeconds(5));
        Restore(rig);
        await log.All.ReachAsync(8);
        Assert.Equal(
            [
                "Information Earshot.Lifecycle 101 orders: connecting to nats://a:4222",
                "Information Earshot.Lifecycle 102 orders: connected to nats://a:4222 in 0 ms, attempts: 0",
                "Warning Earshot.Lifecycle 103 orders: lost nats://a:4222 after 600 s, outage 1 begins: ServerClosed (no details); 3 publishes wait, 2 requests in flight, 4 subscriptions",
                "Warning Earshot.Lifecycle 104 orders: outage 1 lasts for 60 s, attempts so far: 12; the last one: nats://a:4222: refused",
                "Warning Earshot.Lifecycle 104 orders: outage 1 lasts for 120 s, attempts so far: 24; the last one: nats://a:4222: refused",
                "Information Earshot.Lifecycle 106 orders: connected to nats://b:4222 again, outage 1 (ServerClosed) took 125 s, attempts: 25; subscriptions restored: 4, denied: 0; lost: unconfirmed publishes: 5, discarded: 1, failed requests: 2, and what was sent to the subscriptions from 00:09:59.000 to 00:12:05.000 UTC",
            ],
            OfConnection(log));
    }

    [Fact]
    public async Task Session_that_is_lost_again_before_its_subscriptions_are_restored_belongs_to_the_same_outage()
    {
        var rig = new JournalRig();
        var log = new LogEntries(LogLevel.Information);
        using IDisposable reader = LogReader.Attach(rig.Journal, log, "orders");
        rig.Open();
        Lose(rig);
        rig.Reconnected();
        rig.Journal.Append(new NatsResubscribedEvent { ServerConfirmed = false });
        rig.Disconnected();
        rig.Reconnecting();
        Restore(rig);
        await log.All.ReachAsync(4);
        Assert.Equal([101, 102, 103, 106], log.All.Items.Select(entry => entry.Id.Id));
    }

    [Fact]
    public async Task First_connect_that_is_retried_is_one_entry_when_the_first_round_failed_and_one_for_each_minute()
    {
        var rig = new JournalRig();
        var log = new LogEntries(LogLevel.Information);
        using IDisposable reader = LogReader.Attach(rig.Journal, log, "orders");
        rig.Connecting();
        Fail(rig, attempt: 1);
        rig.Journal.Append(new NatsReconnectDelayEvent());
        Fail(rig, attempt: 2);
        rig.Journal.Append(new NatsReconnectDelayEvent());
        await ReadAllAsync(rig, log, 3);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await log.All.ReachAsync(4);
        rig.Connected();
        await log.All.ReachAsync(5);
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(
            [
                "Information Earshot.Lifecycle 101 orders: connecting to nats://a:4222",
                "Warning Earshot.Lifecycle 202 orders: no server has accepted the client for 0 s, attempts so far: 1; it keeps trying; the last one: nats://a:4222: refused",
                "Warning Earshot.Lifecycle 202 orders: no server has accepted the client for 60 s, attempts so far: 2; it keeps trying; the last one: nats://a:4222: refused",
                "Information Earshot.Lifecycle 102 orders: connected to nats://a:4222 in 0 ms, attempts: 0",
            ],
            OfConnection(log));
    }

    [Fact]
    public async Task Everything_else_of_the_outage_is_in_the_log_at_Debug()
    {
        var rig = new JournalRig();
        var log = new LogEntries(LogLevel.Debug);
        using IDisposable reader = LogReader.Attach(rig.Journal, log, "orders");
        rig.Open();
        Lose(rig);
        Fail(rig, attempt: 1);
        Restore(rig);
        IReadOnlyList<LogEntry> all = await log.All.ReachAsync(10);
        Assert.Equal([104, 610, 609, 202, 105], all.Where(entry => entry.Level == LogLevel.Debug && entry.Id.Id != 201).Select(entry => entry.Id.Id));
        Assert.IsType<IOException>(all.Single(entry => entry.Id.Id == 202).Exception);
    }

    private static void Lose(JournalRig rig)
    {
        rig.Disconnected(new NatsDisconnectedEvent
        {
            Server = JournalRig.ServerA,
            Reason = NatsDisconnectReason.ServerClosed,
            WillReconnect = true,
            SessionUptime = TimeSpan.FromMinutes(10),
            PendingMessages = 3,
            InFlightRequests = 2,
            Subscriptions = 4,
        });
        rig.Reconnecting();
        rig.Journal.Append(new NatsRequestsFailedEvent { Count = 2 });
        rig.Journal.Append(new NatsPendingDiscardedEvent { Messages = 1 });
    }

    private static void Fail(JournalRig rig, int attempt) => rig.Journal.Append(new NatsConnectAttemptFailedEvent
    {
        Server = JournalRig.ServerA,
        Exception = new IOException("refused"),
        Phase = NatsConnectPhase.Tcp,
        WillRetry = true,
        Attempt = attempt,
    });

    private static void Restore(JournalRig rig)
    {
        rig.Reconnected(attempts: 25);
        var window = new NatsLossWindow(new DateTimeOffset(2030, 1, 1, 0, 9, 59, TimeSpan.Zero), new DateTimeOffset(2030, 1, 1, 0, 12, 5, TimeSpan.Zero)) { UncertainMessages = 5 };
        rig.Journal.Append(new NatsResubscribedEvent { Count = 4, Window = window });
    }

    // The log has read everything before this event, which is left out of the comparisons.
    private static async Task ReadAllAsync(JournalRig rig, LogEntries log, int entries)
    {
        rig.Lossless(1);
        await log.All.ReachAsync(entries);
    }

    private static IEnumerable<string> OfConnection(LogEntries log) => log.All.Items.Where(entry => entry.Category != "Earshot.Meta").Select(entry => entry.ToString());
}
