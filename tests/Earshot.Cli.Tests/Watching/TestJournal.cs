using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Earshot.Cli.Tests.Watching;

/// <summary>Events with given times, states and counters, made as a file of a journal has them.</summary>
internal sealed class TestJournal
{
    internal static readonly DateTimeOffset Start = new(2031, 2, 3, 4, 5, 0, TimeSpan.Zero);

    private readonly List<string> _lines = [];
    private readonly List<NatsConnectionEvent> _events = [];
    private NatsConnectionState _state;

    internal IReadOnlyList<NatsConnectionEvent> Events => _events;

    /// <summary>The journal as the content of a file.</summary>
    internal string Text => string.Concat(_lines.Select(line => line + "\n"));

    internal static NatsServer Server(int number, bool isLameDuck = false) => new()
    {
        Url = new Uri($"nats://127.0.0.{number}:4222"),
        Name = $"n{number}",
        Version = "2.14.3",
        IsLameDuck = isLameDuck,
    };

    internal static NatsServerInfo Info(int number) => new() { Id = $"ID{number}", Name = $"n{number}", Version = "2.14.3" };

    internal static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    /// <summary>Adds an event.</summary>
    /// <param name="seconds">Its time, from the start.</param>
    /// <param name="state">The state of the connection after it.</param>
    /// <param name="e">Its payload.</param>
    /// <param name="received">The counter of received bytes.</param>
    internal TestJournal Add(double seconds, NatsConnectionState state, NatsConnectionEvent e, long received = 0)
    {
        JsonObject json = JsonNode.Parse(Export(e))!.AsObject();
        json["sequence"] = _events.Count + 1;
        json["timestamp"] = At(seconds).ToString("O", CultureInfo.InvariantCulture);
        json["elapsed"] = TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);
        json["previousState"] = _state.ToString();
        json["state"] = state.ToString();
        json["snapshot"]!["stats"]!["receivedBytes"] = received;
        json["snapshot"]!["stats"]!["sentBytes"] = received / 10;
        _state = state;
        _events.Add(Read(json.ToJsonString()));
        _lines.Add(Export(_events[^1]).TrimEnd());
        return this;
    }

    /// <summary>A connection that is established, answers PINGs every two seconds, and knows three servers.</summary>
    internal static TestJournal Connected(double until)
    {
        NatsServer first = Server(1) with { Name = null };
        TestJournal journal = new TestJournal()
            .Add(0, NatsConnectionState.Connecting, new NatsConnectingEvent { Servers = [first.Url], RetryOnFailedConnect = true })
            .Add(0.001, NatsConnectionState.Connecting, new NatsConnectAttemptEvent { Server = first, Attempt = 1, Round = 1, Initial = true })
            .Add(0.005, NatsConnectionState.Open, new NatsConnectedEvent { Server = Server(1), Info = Info(1), Timings = new NatsConnectTimings(), Attempts = 1, Duration = TimeSpan.FromMilliseconds(5) })
            .Add(0.006, NatsConnectionState.Open, new NatsDiscoveredServersEvent { Added = [Server(2).Url, Server(3).Url], All = [Server(1).Url, Server(2).Url, Server(3).Url], Initial = true })
            .Add(0.006, NatsConnectionState.Open, new NatsServerPoolChangedEvent
            {
                Added = [Server(2).Url, Server(3).Url],
                Removed = [],
                Parked = [],
                Returned = [],
                Pool = [Server(1), Server(2) with { Name = null, IsDiscovered = true }, Server(3) with { Name = null, IsDiscovered = true }],
            });
        return journal.Pongs(2, until);
    }

    internal TestJournal Pongs(double from, double until)
    {
        int i = 0;
        for (double at = from; at < until; at += 2)
        {
            // Deterministic, and different.
            Add(at, NatsConnectionState.Open, new NatsPongReceivedEvent { Rtt = TimeSpan.FromMicroseconds(180 + ((i * 37 % 11) * 60)) }, received: (long)(at * 1500) + (i % 7 * 2000));
            i++;
        }

        return this;
    }

    /// <summary>The session is lost, the server refuses an attempt, and nothing else has happened yet.</summary>
    internal TestJournal Lose(double at) =>
        Add(at, NatsConnectionState.Reconnecting, new NatsDisconnectedEvent { Server = Server(1), Reason = NatsDisconnectReason.ServerClosed, SessionUptime = TimeSpan.FromSeconds(at), WillReconnect = true })
        .Add(at, NatsConnectionState.Reconnecting, new NatsReconnectingEvent { Cause = NatsDisconnectReason.ServerClosed, PoolSize = 3 })
        .Add(at + 0.01, NatsConnectionState.Reconnecting, new NatsConnectAttemptEvent { Server = Server(1), Attempt = 1, Round = 1 })
        .Add(at + 0.02, NatsConnectionState.Reconnecting, new NatsConnectAttemptFailedEvent
        {
            Server = Server(1) with { Attempts = 1 },
            Phase = NatsConnectPhase.Tcp,
            Exception = new IOException("Connection refused"),
            Attempt = 1,
            Round = 1,
            WillRetry = true,
        });

    /// <summary>The connection is established again, with the second server.</summary>
    internal TestJournal Recover(double at, double outage) =>
        Add(at - 0.01, NatsConnectionState.Reconnecting, new NatsConnectAttemptEvent { Server = Server(2) with { Name = null }, Attempt = 2, Round = 1 })
        .Add(at, NatsConnectionState.Open, new NatsReconnectedEvent
        {
            Server = Server(2),
            PreviousServer = Server(1),
            Info = Info(2),
            Timings = new NatsConnectTimings(),
            OutageDuration = TimeSpan.FromSeconds(outage),
            Attempts = 2,
        })
        .Add(at, NatsConnectionState.Open, new NatsResubscribedEvent { Count = 2, Duration = TimeSpan.FromMilliseconds(1) });

    /// <summary>The second server announces its shutdown.</summary>
    internal TestJournal LameDuck(double at) =>
        Add(at, NatsConnectionState.Open, new NatsLameDuckModeEvent
        {
            Server = Server(2, isLameDuck: true),
            OtherServers = [Server(1).Url, Server(3).Url],
            Action = NatsLameDuckPolicy.Migrate,
            PlannedMigration = At(at + 6),
        });

    private static string Export(NatsConnectionEvent e)
    {
        using var line = new MemoryStream();
        Task written = NatsJournalExport.WriteAsync([e], line);
        written.GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(line.ToArray());
    }

    private static NatsConnectionEvent Read(string line)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(line));
        return NatsJournalExport.ReadAsync(stream).ToBlockingEnumerable().Single();
    }
}
