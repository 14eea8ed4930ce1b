using Earshot.Server.Tests.Serving;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Streams;

/// <summary>When messages end: by the age of their stream, by their own time to live, or never.</summary>
public sealed class MessageLifeTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private NatsTestServer _server = null!;
    private MemoryClient _client = null!;

    private IEnumerable<ulong> Stored => _server.JetStream.FindStream("S")!.Messages.Select(message => message.Sequence);

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(new NatsTestServerOptions { JetStream = true, TimeProvider = _clock });
        _client = await MemoryClient.ConnectAsync(_server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Age_ends_all_messages_but_those_that_never_end()
    {
        await CreateAsync("\"max_age\":1000000000,\"allow_msg_ttl\":true");
        await PublishAsync("Nats-TTL: never");
        await PublishAsync("Nats-TTL: 1h");
        await PublishAsync("");
        await PublishAsync("Nats-TTL: never");
        await _clock.PassAsync(0.5);
        Assert.Equal([1UL, 2, 3, 4], Stored);
        await _clock.PassAsync(2);
        Assert.Equal([1UL, 4], Stored);
        await PublishAsync("");
        await _clock.PassAsync(1);
        Assert.Equal([1UL, 4], Stored);
    }

    [Fact]
    public async Task Marker_with_a_longer_time_to_live_ends_by_age()
    {
        await CreateAsync("\"max_age\":2000000000,\"subject_delete_marker_ttl\":5000000000");
        await PublishAsync("");
        await _clock.PassAsync(2);
        Assert.Equal([2UL], Stored); // the marker
        await _clock.PassAsync(2);
        Assert.Empty(Stored);
        await _clock.PassAsync(10);
        Assert.Empty(Stored);
    }

    [Fact]
    public async Task Message_with_the_sequence_of_a_lost_one_that_never_ends_has_an_age()
    {
        await CreateAsync("\"max_age\":1000000000,\"allow_msg_ttl\":true");
        await PublishAsync("Nats-TTL: never");
        await PublishAsync("Nats-TTL: never");
        await PublishAsync("");
        await _clock.PassAsync(1);
        _server.JetStream.Faults.DropTail("S", 2);
        Assert.Equal([1UL], Stored);
        await PublishAsync("");
        Assert.Equal([1UL, 2], Stored);
        await _clock.PassAsync(1);
        Assert.Equal([1UL], Stored);
    }

    [Fact]
    public async Task Age_of_an_update_ends_messages_in_time()
    {
        await CreateAsync("\"max_age\":0");
        await PublishAsync("");
        await _client.JetStreamAsync("$JS.API.STREAM.UPDATE.S", """{"name":"S","subjects":["s.>"],"max_age":1000000000,"duplicate_window":1000000000}""");
        await _clock.PassAsync(1);
        Assert.Empty(Stored);
    }

    [Fact]
    public async Task Time_to_live_of_many_years_is_stored_or_refused()
    {
        await CreateAsync("\"allow_msg_ttl\":true");
        Assert.Contains("\"seq\":1", await PublishAsync("Nats-TTL: 300000000000"), StringComparison.Ordinal);
        Assert.Contains("\"seq\":2", await PublishAsync("Nats-TTL: 9223372036854775807"), StringComparison.Ordinal);
        Assert.Contains("\"seq\":3", await PublishAsync("Nats-TTL: 2500000h"), StringComparison.Ordinal);
        Assert.Contains("\"err_code\":10165", await PublishAsync("Nats-TTL: 80000000h"), StringComparison.Ordinal);
        Assert.Equal([1UL, 2, 3], Stored);
    }

    [Fact]
    public async Task Schedule_of_many_years_is_refused()
    {
        await CreateAsync("\"allow_msg_ttl\":true,\"allow_msg_schedules\":true");
        Assert.Contains("\"error\"", await PublishAsync("Nats-Schedule: @every 90000000h\r\nNats-Schedule-Target: s.2"), StringComparison.Ordinal);
        Assert.Empty(Stored);
    }

    [Fact]
    public async Task Schedule_publishes_messages_with_a_time_to_live_of_many_years()
    {
        await CreateAsync("\"allow_msg_ttl\":true,\"allow_msg_schedules\":true");
        string at = _clock.GetUtcNow().AddSeconds(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        Assert.Contains("\"seq\":1", await PublishAsync($"Nats-Schedule: @at {at}\r\nNats-Schedule-Target: s.2\r\nNats-Schedule-TTL: 300000000000"), StringComparison.Ordinal);
        await _clock.PassAsync(2);
        Assert.Equal("s.2", Assert.Single(_server.JetStream.FindStream("S")!.Messages).Subject);
    }

    private async Task CreateAsync(string config) => await _client.JetStreamAsync("$JS.API.STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s.>\"]," + config + "}");

    private Task<string> PublishAsync(string headers) => _client.JetStreamAsync("s.1", "x", headers);
}
