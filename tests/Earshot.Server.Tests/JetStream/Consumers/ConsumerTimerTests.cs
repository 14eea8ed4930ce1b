using Earshot.Server.Tests.Serving;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Consumers;

/// <summary>What consumers do when it is due, after faults, pauses and reports of progress.</summary>
public sealed class ConsumerTimerTests : IAsyncLifetime
{
    private const string Heartbeat = "Idle Heartbeat";

    private readonly FakeTimeProvider _clock = new();
    private NatsTestServer _server = null!;
    private MemoryClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(new NatsTestServerOptions { JetStream = true, TimeProvider = _clock });
        _client = await MemoryClient.ConnectAsync(_server);
        await _client.JetStreamAsync("$JS.API.STREAM.CREATE.S", """{"name":"S","subjects":["s"],"max_msg_size":100}""");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Restored_consumer_sends_heartbeats()
    {
        await _client.AskAsync("SUB d 7\r\n");
        await CreateAsync("\"deliver_subject\":\"d\",\"idle_heartbeat\":1000000000");
        Assert.Contains(Heartbeat, await AfterAsync(1), StringComparison.Ordinal);

        _server.JetStream.Faults.SilenceConsumer("S", "C");
        Assert.DoesNotContain(Heartbeat, await AfterAsync(5), StringComparison.Ordinal);
        _server.JetStream.Faults.Restore("S");
        Assert.Contains(Heartbeat, await AfterAsync(0), StringComparison.Ordinal);
        Assert.Contains(Heartbeat, await AfterAsync(1), StringComparison.Ordinal);

        _server.JetStream.Faults.MakeUnavailable("S");
        Assert.DoesNotContain(Heartbeat, await AfterAsync(5), StringComparison.Ordinal);
        _server.JetStream.Faults.Restore("S");
        Assert.Contains(Heartbeat, await AfterAsync(0), StringComparison.Ordinal);
        Assert.Contains(Heartbeat, await AfterAsync(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_after_the_ack_wait_does_not_prevent_the_next_delivery()
    {
        await CreateAsync("\"ack_wait\":1000000000");
        await _client.JetStreamAsync("s", "x");
        string delivery = await PullAsync();
        string ack = delivery.Split(' ').Single(word => word.StartsWith("$JS.ACK.", StringComparison.Ordinal));
        await AfterAsync(1); // it is due, and no pull waits
        await _client.JetStreamAsync(ack, "+WPI");

        Assert.Contains("$JS.ACK.S.C.2.1.2.", await PullAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_before_the_ack_wait_delays_the_next_delivery()
    {
        await CreateAsync("\"ack_wait\":1000000000");
        await _client.JetStreamAsync("s", "x");
        string delivery = await PullAsync();
        string ack = delivery.Split(' ').Single(word => word.StartsWith("$JS.ACK.", StringComparison.Ordinal));
        await AfterAsync(0.5);
        await _client.JetStreamAsync(ack, "+WPI");
        await PullAsync();
        Assert.DoesNotContain("$JS.ACK.", await AfterAsync(0.999), StringComparison.Ordinal);
        Assert.Contains("$JS.ACK.S.C.2.1.2.", await AfterAsync(0.001), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_passes_while_a_consumer_with_a_rate_limit_is_paused()
    {
        await _client.AskAsync("SUB d 7\r\n");
        await CreateAsync("\"deliver_subject\":\"d\",\"rate_limit_bps\":800,\"idle_heartbeat\":1000000000");
        for (int i = 0; i < 5; i++)
        {
            await _client.JetStreamAsync("s", new string('x', 50)); // the second one waits
        }

        string until = _clock.GetUtcNow().AddSeconds(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        Assert.Contains("\"paused\":true", await _client.JetStreamAsync("$JS.API.CONSUMER.PAUSE.S.C", $$"""{"pause_until":"{{until}}"}"""), StringComparison.Ordinal);
        Assert.DoesNotContain("$JS.ACK.", await AfterAsync(5), StringComparison.Ordinal);
        Assert.Contains(Heartbeat, await AfterAsync(1), StringComparison.Ordinal);
        Assert.Contains("$JS.ACK.", await AfterAsync(24), StringComparison.Ordinal);
    }

    private async Task CreateAsync(string config) => await _client.JetStreamAsync(
        "$JS.API.CONSUMER.CREATE.S.C", "{\"stream_name\":\"S\",\"config\":{\"name\":\"C\",\"durable_name\":\"C\",\"ack_policy\":\"explicit\"," + config + "}}");

    private Task<string> PullAsync() => _client.JetStreamAsync("$JS.API.CONSUMER.MSG.NEXT.S.C", """{"batch":1,"expires":60000000000}""");

    /// <summary>What the client has received when this time has passed.</summary>
    private async Task<string> AfterAsync(double seconds)
    {
        await _clock.PassAsync(seconds);
        return await _client.AskAsync("");
    }
}
