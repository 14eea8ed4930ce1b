using Earshot.Server.Clients;
using Earshot.Server.Tests.Serving;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Streams;

/// <summary>A message that another thread publishes during the update of a stream is stored once.</summary>
public sealed class StreamUpdateTests : IAsyncLifetime
{
    private NatsTestServer _server = null!;
    private MemoryClient _client = null!;

    private Subscription Subscription => Assert.Single(_server.State.AccountOf("$G").Subscriptions.Match("s.1"u8).Plain);

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(new NatsTestServerOptions { JetStream = true });
        _client = await MemoryClient.ConnectAsync(_server);
        await _client.JetStreamAsync("$JS.API.STREAM.CREATE.S", """{"name":"S","subjects":["s.>"]}""");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("\"s.>\"")]
    [InlineData("\"t\",\"s.>\"")]
    public async Task Update_that_keeps_a_subject_keeps_its_subscription(string subjects)
    {
        Subscription before = Subscription;
        await UpdateAsync(subjects);
        Assert.Same(before, Subscription);
    }

    [Fact]
    public async Task Message_for_a_replaced_subscription_is_stored_if_the_stream_has_its_subject()
    {
        Subscription before = Subscription;
        await UpdateAsync("\"s.*\"");
        Assert.NotSame(before, Subscription);
        Assert.True(Deliver(before, "s.1"u8));
        Assert.False(Deliver(before, "s.1.2"u8));
        Assert.Equal("s.1", Assert.Single(_server.JetStream.FindStream("S")!.Messages).Subject);
        await _client.JetStreamAsync("$JS.API.STREAM.DELETE.S", "");
        Assert.False(Deliver(before, "s.1"u8));
    }

    // As a publisher does that has searched before the update.
    private static bool Deliver(Subscription subscription, ReadOnlySpan<byte> subject) =>
        subscription.Sink.Deliver(subscription, new RoutedMessage { Subject = subject, Payload = "x"u8 }, null);

    private async Task UpdateAsync(string subjects) =>
        Assert.DoesNotContain("\"error\"", await _client.JetStreamAsync("$JS.API.STREAM.UPDATE.S", "{\"name\":\"S\",\"max_msgs\":10,\"subjects\":[" + subjects + "]}"), StringComparison.Ordinal);
}
