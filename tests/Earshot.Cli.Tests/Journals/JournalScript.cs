using System.Globalization;
using System.Text.Json.Nodes;

namespace Earshot.Cli.Tests.Journals;

/// <summary>Writes the lines of a journal, as the export does, for connections that never existed.</summary>
internal sealed class JournalScript(DateTimeOffset created)
{
    internal static readonly DateTimeOffset Start = new(2026, 11, 28, 22, 0, 0, TimeSpan.Zero);

    private readonly List<string> _lines = [];
    private string _state = "Closed";
    private int _session;
    private int _outage;
    private string _server = "n1";

    internal JournalScript() : this(Start)
    {
    }

    internal IReadOnlyList<string> Lines => _lines;

    internal string Text => string.Concat(_lines.Select(line => line + "\n"));

    /// <summary>The lines with the name of the connection, as <c>watch --json</c> writes those of several.</summary>
    internal static string Name(JournalScript script, string connection) => string.Concat(script.Lines.Select(line => line.Insert(line.IndexOf(',', StringComparison.Ordinal), $",\"connection\":\"{connection}\"") + "\n"));

    internal async Task<IReadOnlyList<NatsConnectionEvent>> ReadAsync(CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Text));
        return await NatsJournalExport.ReadAsync(stream, cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>Connecting, ConnectAttempt and Connected.</summary>
    internal JournalScript Connect(double at, string server = "n1")
    {
        Add("Connecting", at, "Connecting", new() { ["servers"] = new JsonArray("nats://10.0.0.1:4222") });
        Add("ConnectAttempt", at + 0.01, "Connecting", new() { ["server"] = Server(server), ["attempt"] = 1, ["initial"] = true }, attempt: 1);
        (_session, _server) = (_session + 1, server);
        return Add("Connected", at + 0.05, "Open", new() { ["server"] = Server(server), ["info"] = new JsonObject(), ["timings"] = Timings(), ["attempts"] = 1, ["duration"] = Time(0.05) }, attempt: 1);
    }

    /// <summary>Disconnected, Reconnecting, failed attempts and what follows a loss.</summary>
    internal JournalScript Lose(double at, int attempts = 0, string reason = "ServerClosed", string error = "Connection refused")
    {
        _outage++;
        Add("Disconnected", at, "Reconnecting", Loss(reason, willReconnect: true), pending: 2);
        Add("Reconnecting", at, "Reconnecting", new() { ["cause"] = reason, ["poolSize"] = 3 });
        Add("RequestsFailed", at, "Reconnecting", new() { ["count"] = 3, ["mode"] = "FailImmediately" });
        Add("PendingDiscarded", at, "Reconnecting", new() { ["messages"] = 1, ["bytes"] = 10, ["cause"] = "PartialWrite" });
        for (int i = 0; i < attempts; i++)
        {
            Add("ConnectAttemptFailed", at + (0.1 * (i + 1)), "Reconnecting", new()
            {
                ["server"] = Server("n2"),
                ["phase"] = "Tcp",
                ["exception"] = new JsonObject { ["type"] = "System.Net.Sockets.SocketException", ["message"] = error },
                ["duration"] = Time(0.001),
                ["willRetry"] = true,
                ["attempt"] = i + 1,
            }, attempt: i + 1, pending: 10 * (i + 1));
        }

        return this;
    }

    /// <summary>Reconnected, Resubscribed and the replay.</summary>
    internal JournalScript Recover(double at, double outage, string server = "n2", int replayed = 20)
    {
        (_session, string previous) = (_session + 1, _server);
        _server = server;
        Add("Reconnected", at, "Open", new()
        {
            ["server"] = Server(server),
            ["previousServer"] = Server(previous),
            ["info"] = new JsonObject(),
            ["outageDuration"] = Time(outage),
            ["attempts"] = 1,
            ["timings"] = Timings(),
        });
        Add("Resubscribed", at + 0.01, "Open", new()
        {
            ["count"] = 2,
            ["duration"] = Time(0.01),
            ["serverConfirmed"] = true,
            ["window"] = new JsonObject { ["from"] = Clock(at - outage - 0.2), ["to"] = Clock(at + 0.01) },
        });
        int ended = _outage;
        _outage = 0;
        Add("PendingReplayed", at + 0.011, "Open", new() { ["messages"] = replayed, ["bytes"] = 100, ["duration"] = Time(0.001) });
        _outage = ended;
        return this;
    }

    internal JournalScript LameDuck(double at) =>
        AddQuiet("LameDuckMode", at, new() { ["server"] = Server(_server), ["otherServers"] = new JsonArray("nats://10.0.0.2:4222"), ["action"] = "Migrate" });

    internal JournalScript SlowConsumer(double at, double seconds, int dropped = 12)
    {
        JsonObject Sub() => new() { ["sid"] = "7", ["subject"] = "orders.new" };
        AddQuiet("SlowConsumer", at, new() { ["subscription"] = Sub(), ["sid"] = "7", ["subject"] = "orders.new", ["pendingMessages"] = 50, ["policy"] = "DropNewest" });
        return AddQuiet("SlowConsumerRecovered", at + seconds, new() { ["subscription"] = Sub(), ["duration"] = Time(seconds), ["dropped"] = dropped, ["peakPending"] = 50 });
    }

    internal JournalScript ServerError(double at, string text) => AddQuiet("ServerError", at, new() { ["code"] = "Unknown", ["text"] = text });

    internal JournalScript Ping(double at) => AddQuiet("PingSent", at, new() { ["outstanding"] = 1, ["max"] = 2 });

    internal JournalScript Close(double at)
    {
        _outage = 0;
        Add("Disconnected", at, "Closed", Loss("UserClosed", willReconnect: false));
        return Add("Closed", at + 0.001, "Closed", new() { ["reason"] = "UserClosed", ["stats"] = new JsonObject(), ["lifetime"] = Time(at), ["totalDowntime"] = Time(0) });
    }

    private JsonObject Loss(string reason, bool willReconnect) => new()
    {
        ["reason"] = reason,
        ["server"] = Server(_server),
        ["sessionUptime"] = Time(1),
        ["willReconnect"] = willReconnect,
        ["expected"] = !willReconnect,
        ["pendingMessages"] = 2,
        ["uncertainMessages"] = willReconnect ? 5 : 0,
        ["lastInbound"] = Clock(0),
    };

    private JournalScript AddQuiet(string kind, double at, JsonObject members)
    {
        (int outage, _outage) = (_outage, 0);
        Add(kind, at, _state, members);
        _outage = outage;
        return this;
    }

    private JournalScript Add(string kind, double at, string state, JsonObject members, int attempt = 0, int pending = 0)
    {
        var line = new JsonObject
        {
            ["kind"] = kind,
            ["sequence"] = _lines.Count + 1,
            ["timestamp"] = Clock(at),
            ["elapsed"] = Time(at),
            ["previousState"] = _state,
            ["state"] = state,
            ["sessionId"] = _session,
            ["outageId"] = _outage,
            ["attemptId"] = attempt,
        };
        foreach ((string name, JsonNode? value) in members)
        {
            line[name] = value?.DeepClone();
        }

        line["snapshot"] = new JsonObject { ["poolSize"] = 3, ["stats"] = new JsonObject { ["pendingMessages"] = pending } };
        if (state == "Open")
        {
            line["snapshot"]!["server"] = Server(_server);
        }

        _lines.Add(line.ToJsonString());
        _state = state;
        return this;
    }

    private static JsonObject Server(string name) => new() { ["url"] = "nats://10.0.0.1:4222", ["name"] = name };

    private static JsonObject Timings() => new() { ["total"] = Time(0.02) };

    private static string Time(double seconds) => TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);

    private string Clock(double seconds) => created.AddSeconds(seconds).ToString("O", CultureInfo.InvariantCulture);
}
