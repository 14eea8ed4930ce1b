using System.Diagnostics;
using System.Diagnostics.Metrics;
using Earshot.Client.Tests.Events.Logging;
using Earshot.Events;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Client.Tests.Events.BuiltIn;

public sealed class DiagnosticsTests
{
    [Fact]
    public void A_quiet_log_does_not_make_pings_be_recorded()
    {
        var rig = new JournalRig();
        using IDisposable reader = LogReader.Attach(rig.Journal, new LogEntries(LogLevel.Information), "orders");
        Assert.False(rig.Journal.Wants(NatsEventKind.PingSent));
    }

    [Fact]
    public async Task G13_Metrics_count_kinds_coalesced_events_and_the_length_of_outages()
    {
        var measured = new Calls<(string Name, double Value)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Earshot")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((i, value, _, _) => Add(i.Name, value));
        listener.SetMeasurementEventCallback<double>((i, value, _, _) => Add(i.Name, value));
        listener.Start();
        var rig = new JournalRig();
        using IDisposable reader = MetricsReader.Attach(rig.Journal);
        rig.Open();
        rig.Outage();
        rig.Stats = new NatsStats { DiscardedMessages = 4242 };
        rig.Journal.Append(new NatsMessageDiscardedEvent { Subject = "only here", RepeatCount = 4242 });
        await measured.ReachAsync(3);
        Assert.Contains(("earshot.events_coalesced", 4241d), measured.Items);
        Assert.Contains(("earshot.messages_discarded", 4242d), measured.Items);
        Assert.Contains(("nats.client.connection.outage.duration", 3d), measured.Items);

        // The meter is shared by all journals of the process, so only measurements of this test are kept.
        void Add(string name, double value)
        {
            if (value is 4241 or 4242 || (name == "nats.client.connection.outage.duration" && value == 3))
            {
                measured.Add((name, value));
            }
        }
    }

    [Fact]
    public async Task An_outage_is_one_activity_from_its_loss_to_the_confirmed_subscriptions()
    {
        var stopped = new Calls<Activity>();
        var rig = new JournalRig();
        rig.Time.Advance(TimeSpan.FromDays(777));
        DateTime lostAt = rig.Time.GetUtcNow().UtcDateTime;
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "Earshot",
            // Not those of messages: tests that run at the same time would send their context.
            Sample = (ref ActivityCreationOptions<ActivityContext> created) =>
                created.Name.StartsWith("nats ", StringComparison.Ordinal) ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = a =>
            {
                if (a.StartTimeUtc >= lostAt)
                {
                    stopped.Add(a);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using IDisposable reader = OutageActivityReader.Attach(rig.Journal);
        rig.Open();
        rig.Disconnected();
        rig.Reconnecting();
        rig.Attempt();
        rig.AttemptFailed();
        rig.Attempt();
        rig.Time.Advance(TimeSpan.FromSeconds(7));
        rig.Reconnected();
        rig.Resubscribed();
        IReadOnlyList<Activity> all = await stopped.ReachAsync(3);
        Activity outage = all[^1];
        Assert.Equal(["nats connect", "nats connect", "nats outage"], all.Select(a => a.OperationName));
        Assert.All(all.Take(2), attempt => Assert.Equal(outage.SpanId, attempt.ParentSpanId));
        Assert.Equal([("a", "System.IO.IOException"), ("b", null)], all.Take(2).Select(a => ((string)a.GetTagItem("server.address")!, (string?)a.GetTagItem("error.type"))));
        Assert.Equal(("a", 4222, "ServerClosed"), ((string)outage.GetTagItem("server.address")!, (int)outage.GetTagItem("server.port")!, (string)outage.GetTagItem("error.type")!));
        Assert.Equal((ActivityStatusCode.Ok, TimeSpan.FromSeconds(7)), (outage.Status, outage.Duration));
        Assert.Equal(["reconnected"], outage.Events.Select(e => e.Name));
        Assert.Equal(1, outage.GetTagItem("nats.outage"));
        Assert.Null(outage.ParentId);
    }
}
