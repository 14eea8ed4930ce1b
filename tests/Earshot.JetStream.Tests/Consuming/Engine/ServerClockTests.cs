using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What happens when a time limit of the server has passed, with a server whose clock the test advances.</summary>
public sealed class ServerClockTests : IAsyncLifetime
{
    private static readonly AckOpts s_confirmed = new() { DoubleAck = true };

    private readonly FakeTimeProvider _clock = new();
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private NatsJSContext _context = null!;
    private INatsJSConsumer _consumer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, TimeProvider = _clock, PingInterval = TimeSpan.FromDays(1) }, Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url });
        await _connection.ConnectAsync(Cancel);
        _context = new NatsJSContext(_connection);
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        _consumer = await _context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C") { AckWait = TimeSpan.FromSeconds(30) }, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Fetch_ends_with_fewer_messages_when_its_request_expires()
    {
        for (int i = 0; i < 5; i++)
        {
            await _context.PublishAsync("s", $"{i}", cancellationToken: Cancel);
        }

        List<string> read = [];
        await foreach (INatsJSMsg<string> msg in _consumer.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 10, Expires = TimeSpan.FromMinutes(5) }, cancellationToken: Cancel))
        {
            read.Add(msg.Data!);
            await msg.AckAsync(cancellationToken: Cancel);
            if (read.Count == 5)
            {
                _clock.Advance(TimeSpan.FromMinutes(5));
            }
        }

        Assert.Equal(["0", "1", "2", "3", "4"], read);
    }

    [Fact]
    public async Task Progress_ack_prevents_a_redelivery()
    {
        await _context.PublishAsync("s", "0", cancellationToken: Cancel);
        INatsJSMsg<string>? msg = await _consumer.NextAsync<string>(cancellationToken: Cancel);
        Task<INatsJSMsg<string>?> again = _consumer.NextAsync<string>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromHours(1) }, cancellationToken: Cancel).AsTask();
        for (int i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            await msg!.AckProgressAsync(s_confirmed, Cancel);
            await _consumer.RefreshAsync(Cancel);
            Assert.Equal((1, 1UL), (_consumer.Info.NumAckPending, _consumer.Info.Delivered.ConsumerSeq));
        }

        _clock.Advance(TimeSpan.FromSeconds(30)); // without progress
        Assert.Equal(2UL, (await again)!.Metadata!.Value.NumDelivered);
    }
}
