using System.Diagnostics;
using System.Diagnostics.Metrics;
using Earshot.Events;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Client.Tests.Events.BuiltIn;

public sealed class DiagnosticsTests
{
    [Fact]
    public async Task The_log_gets_one_safe_line_per_event_with_the_kind_as_event_id()
    {
        var rig = new JournalRig();
        var logger = new LineLog();
        using IDisposable reader = LogReader.Attach(rig.Journal, logger);
        rig.Connecting();
        rig.Journal.Append(new NatsServerErrorEvent { Text = "one\ntwo" });
        IReadOnlyList<(int Id, string? Name, LogLevel Level, string Text)> lines = await logger.Lines.ReachAsync(2);
        Assert.Equal((101, "Connecting", LogLevel.Information, "connecting to nats://a:4222"), lines[0]);
        Assert.Equal((501, "ServerError", LogLevel.Error, @"server error: one\ntwo"), lines[1]);
        Assert.Equal([("NatsSequence", 2L), ("NatsState", "Connecting")], logger.Properties.Take(2).Select(p => (p.Key, p.Value!)));
    }

    [Fact]
    public void A_quiet_log_does_not_make_pings_be_recorded()
    {
        var rig = new JournalRig();
        using IDisposable reader = LogReader.Attach(rig.Journal, new LineLog());
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
        rig.Journal.Append(new NatsMessageDiscardedEvent { Subject = "only here", RepeatCount = 4242 });
        await measured.ReachAsync(3);
        Assert.Contains(("earshot.events_coalesced", 4241d), measured.Items);
        Assert.Contains(("earshot.messages_discarded", 4242d), measured.Items);
        Assert.Contains(("earshot.outage.duration", 3d), measured.Items);

        // The meter is shared by all journals of the process, so only measurements of this test are kept.
        void Add(string name, double value)
        {
            if (value is 4241 or 4242 || (name == "earshot.outage.duration" && value == 3))
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
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = a =>
            {
                if (a.StartTimeUtc == lostAt)
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
        Activity outage = (await stopped.ReachAsync(1))[0];
        Assert.Equal((ActivityStatusCode.Ok, TimeSpan.FromSeconds(7)), (outage.Status, outage.Duration));
        Assert.Equal(["attempt failed", "reconnected"], outage.Events.Select(e => e.Name));
        Assert.Equal(1, outage.GetTagItem("nats.outage"));
        Assert.Null(outage.ParentId);
    }

    private sealed class LineLog : ILogger
    {
        public Calls<(int Id, string? Name, LogLevel Level, string Text)> Lines { get; } = new();
        public IReadOnlyList<KeyValuePair<string, object?>> Properties { get; private set; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Properties = [.. (IReadOnlyList<KeyValuePair<string, object?>>)state!];
            Lines.Add((eventId.Id, eventId.Name, logLevel, formatter(state, exception)));
        }
    }
}
