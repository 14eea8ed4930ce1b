using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Samples;

/// <summary>The samples, run as processes against one real server: each prints what its page promises.</summary>
[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class SampleTests : IAsyncLifetime
{
    private NatsServerProcess _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1" }, Token);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task First_program_of_the_readme_prints_its_message_and_every_event_in_order()
    {
        IReadOnlyList<string> lines = await SampleProgram.RunAsync("hello", _server.Url, Token);
        Assert.Contains("greet.world: hello", lines);
        var events = lines.Where(line => line.StartsWith('#')).ToList();
        Assert.StartsWith("#1 Connecting: ", events[0], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(line => int.Parse(line[1..line.IndexOf(' ', StringComparison.Ordinal)], null)));
        AssertInOrder(events, " Connecting: ", " Connected: ", " Disconnected: ", " Closed: ");
    }

    [Fact]
    public async Task Net_events_of_the_page_print_connect_loss_failure_and_return()
    {
        IReadOnlyList<string> lines = await SampleProgram.RunAsync("listen-net-events", _server.Url, Token);
        AssertContains(lines, "Connected: connected to ", "Reconnect Failed: attempt 1 on nats://127.0.0.1:1 failed in Tcp", "Connected: reconnected to ");
        Assert.Equal(2, lines.Count(line => line.StartsWith("Disconnected: disconnected from ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Listener_receives_connected_disconnected_reconnected_and_closed_in_order() =>
        AssertInOrder(
            await SampleProgram.RunAsync("listen-listener", _server.Url, Token),
            "connected to ",
            "disconnected because of ForceReconnect, expected: True, will reconnect: True",
            "reconnected, same server: True",
            "disconnected because of Disposed, expected: True, will reconnect: False",
            "closed because of Disposed, outages: 1");

    [Fact]
    public async Task Callbacks_receive_connected_disconnected_reconnected_and_closed() =>
        AssertContains(
            await SampleProgram.RunAsync("listen-callbacks", _server.Url, Token),
            "connected to ", "disconnected: ForceReconnect", "reconnected to ", "disconnected: UserClosed", "closed: UserClosed");

    [Fact]
    public async Task Stream_prints_all_events_in_order_and_ends() =>
        AssertInOrder(
            await SampleProgram.RunAsync("listen-stream", _server.Url, Token),
            "Connecting: ", "Connected: ", "ForceReconnect", "disconnected from ", "Reconnecting: ", "reconnected to ", "Resubscribed: ", "closed: UserClosed", "the stream has ended");

    [Fact]
    public async Task Late_handler_receives_past_events() =>
        AssertContains(await SampleProgram.RunAsync("listen-one-kind", _server.Url, Token), "received disconnect #");

    [Fact]
    public async Task Waits_complete_in_order() =>
        AssertInOrder(
            await SampleProgram.RunAsync("wait-for-state", _server.Url, Token),
            "state: Open", "reconnected after 1 attempt(s); old session's token cancelled: True", "closed: UserClosed");

    [Fact]
    public async Task Log_lines_carry_the_kind_as_event_id() =>
        AssertContains(await SampleProgram.RunAsync("logging", _server.Url, Token), "Earshot.Lifecycle[101]", "Earshot.Lifecycle[102]", "Earshot.Lifecycle[103]", "Earshot.Lifecycle[106]", "Earshot.Lifecycle[110]");

    [Theory]
    [InlineData("errors", "message error: NatsDeserializeException", "error: exception in MessageHandler", "NotSent: The message is ", "nats://127.0.0.1:1/ failed in Tcp")]
    [InlineData("journal-export", " Connected: connected to ", "exported ", "read back #1 Connecting", "Closed")]
    [InlineData("request-timeout", "reply: 42", "Rejected: No responders", "Unknown: No reply")]
    [InlineData("queue-group", "together: 100")]
    [InlineData("services", "sum: 6", "divide: 400 division by zero", "calc.divide 1 requests, 1 errors 400:division by zero")]
    [InlineData("drain", "drain of the connection started", "drain completed (Clean)", "read 1000 of 1000; closed: DrainCompleted")]
    [InlineData("slow-consumer", "slow: ticks holds 100 of 100, then: DropOldest", "first message still here: 900", "recovered: ticks dropped 900", "delivered 100, dropped 900")]
    [InlineData("publish-while-down", "state Reconnecting, 5 messages wait", "replayed 5 buffered messages", "received 0", "received 4")]
    [InlineData("choose-server", "1 server(s) to choose from", "chosen by Callback", "connected to n1")]
    public async Task Sample_ends_by_itself_and_prints_its_answer(string name, params string[] expected) =>
        AssertContains(await SampleProgram.RunAsync(name, _server.Url, Token), expected);

    [Theory]
    [InlineData("jetstream-publish", "Stored: sequence", "Duplicate: sequence", "Rejected: wrong last msg ID", "Rejected: ", "paid: Stored, cancelled: wrong last sequence")]
    [InlineData("jetstream-manage", "API level ", "4 messages after one was deleted", "while paused: nothing, then ticket 1, after the reset ticket 1", "consumer agents")]
    [InlineData("jetstream-fetch", "batch: 1, 2, 3, 4, 5", "no wait: 6, 7, 8, 9, 10, 11", "next: 12, then none")]
    [InlineData("jetstream-publisher", "stored 10000, failed 0, in ")]
    [InlineData("jetstream-batch", "stored 2 messages together", "stored nothing: wrong last sequence", "imported 5000, lost 0")]
    [InlineData("jetstream-counter", "home: 5", "visits.shop = 1", "visits.home = 5")]
    [InlineData("jetstream-schedule", "due: pay the bill", "cancelled: True")]
    [InlineData("jetstream-direct-get", "last of sensors.2: 17", "0, 3, 6, 9 (3 left)", "12, 15, 18 (0 left)")]
    [InlineData("jetstream-consume", "job 7 failed; again in 200 ms", "last acknowledgement: Confirmed", "done 10, received 11, not acknowledged 0")]
    [InlineData("jetstream-ordered", "balance 82")]
    [InlineData("jetstream-run", "succeeded ")]
    [InlineData("jetstream-priority-groups", "the local worker did ")]
    [InlineData("jetstream-consumer-groups", "m1 billed ", "in order for each of 6 customers: True")]
    [InlineData("jetstream-configuration", "republished on ")]
    [InlineData("jetstream-push", "the server waited ", "read 3000", "together 3000")]
    [InlineData("kv-basics", "alice.city = Paris, revision 0 later", "bob.city: NatsKVKeyNotFoundException", "second update: NatsKVWrongLastRevisionException", "history: Put Rome", "key: alice.city")]
    [InlineData("kv-watch", "Put web.host example.org", "up to date", "Put web.port 8080", "Del web.host ")]
    [InlineData("kv-transfer", "alice 75, bob 45", "Nothing was written: 'transfer.1' exists, with revision ")]
    [InlineData("kv-cache", "1000 prices, article 7 costs 70", "article 7 costs 75 after a reconnect")]
    [InlineData("object-store", "put: 300000 of 300000 bytes", "reports/today: 300000 bytes in 3 chunks", "arrived: reports/today (all sales)", "get: 131072 of 300000 bytes", "deleted: reports/today", "received 300000 bytes")]
    [InlineData("leader-election", "one leads", "one resigned", "two leads", "two resigned")]
    [InlineData("jetstream-events", "third floor", "lost: ConsumerDeleted", "The consumer 'pager' of stream 'ALARMS' was deleted")]
    public async Task Sample_with_JetStream_ends_by_itself_and_prints_its_answer(string name, params string[] expected)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }, Token);
        AssertContains(await SampleProgram.RunAsync(name, server.Url, Token), expected);
    }

    [Fact]
    public async Task Fleet_finds_the_incident_from_journals_and_servers()
    {
        var setup = new NatsServerSetup { Name = "n1", Config = "accounts { APP { users: [ { user: orders, password: pw } ] } }" };
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(setup, Token);
        IReadOnlyList<string> lines = await SampleProgram.RunAsync("fleet", $"nats://orders:pw@127.0.0.1:{server.Port}", Token);
        AssertContains(lines, "All 3 known connections lost n1 ", "3 were back within", "on n1: client says ");
        Assert.Equal(3, lines.Count(line => line.Contains("connected again on n1 within", StringComparison.Ordinal)));
    }

    private static void AssertContains(IReadOnlyList<string> lines, params string[] parts) =>
        Assert.All(parts, part => Assert.True(lines.Any(line => line.Contains(part, StringComparison.Ordinal)), $"no line with '{part}' in\n{string.Join('\n', lines)}"));

    private static void AssertInOrder(IReadOnlyList<string> lines, params string[] parts)
    {
        IEnumerable<string> rest = lines.AsEnumerable();
        foreach (string part in parts)
        {
            rest = rest.SkipWhile(line => !line.Contains(part, StringComparison.Ordinal));
            Assert.True(rest.Any(), $"no line with '{part}' at its place in\n{string.Join('\n', lines)}");
            rest = rest.Skip(1);
        }
    }
}
