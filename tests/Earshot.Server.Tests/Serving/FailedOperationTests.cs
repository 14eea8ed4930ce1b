using Earshot.Server.JetStream;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>A failure inside the server costs no other client a message, and does not end its process.</summary>
public sealed class FailedOperationTests
{
    [Fact]
    public async Task What_was_routed_before_an_operation_failed_is_delivered()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient receiver = await MemoryClient.ConnectAsync(server);
        await receiver.AskAsync("SUB b 1\r\n");
        MemoryClient publisher = await MemoryClient.ConnectAsync(server);
        server.State.Published = (_, in message) =>
        {
            if (message.Subject.SequenceEqual("fail"u8))
            {
                Fail();
            }
        };
        await publisher.SendAsync("PUB b 1\r\nx\r\nPUB fail 1\r\nx\r\n");

        Assert.Equal("MSG b 1 1\r\nx\r\n", await receiver.UntilAsync("x\r\n"));
        await MemoryClient.WaitForOpenAsync(server, 1);
    }

    [Fact]
    public async Task What_a_stream_delivered_before_an_operation_failed_is_received()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        using var service = new JetStreamService(server.State, server.State.AccountOf("$G"), trace: null);
        MemoryClient receiver = await MemoryClient.ConnectAsync(server);
        await receiver.AskAsync("SUB d 1\r\n");
        MemoryClient publisher = await MemoryClient.ConnectAsync(server);
        await publisher.JetStreamAsync("$JS.API.STREAM.CREATE.S", """{"name":"S","subjects":["s"]}""");
        await publisher.JetStreamAsync("$JS.API.CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","deliver_subject":"d","ack_policy":"none"}}""");
        void FailOnce()
        {
            service.Changed -= FailOnce;
            Fail();
        }

        service.Changed += FailOnce;
        await publisher.SendAsync("PUB s 1\r\nx\r\n");

        Assert.StartsWith("MSG s 1 ", await receiver.UntilAsync("x\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_timer_of_JetStream_does_not_end_the_process_and_is_repeated()
    {
        var clock = new FailingClock();
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { JetStream = true, TimeProvider = clock });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.JetStreamAsync("$JS.API.STREAM.CREATE.S", """{"name":"S","subjects":["s"],"max_age":1000000000}""");
        await client.JetStreamAsync("s", "x");
        clock.FailsOnce = true;
        clock.Advance(TimeSpan.FromSeconds(1)); // an exception of the timer would be thrown here
        Assert.False(clock.FailsOnce);
        Assert.Contains("J: failed: System.InvalidOperationException", server.Transcript, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(server.JetStream.FindStream("S")!.Messages);
    }

    private static void Fail() => throw new InvalidOperationException("A failure that a test has caused.");

    /// <summary>Fails once when it is asked for the time.</summary>
    private sealed class FailingClock : FakeTimeProvider
    {
        public bool FailsOnce { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            if (FailsOnce)
            {
                FailsOnce = false;
                Fail();
            }

            return base.GetUtcNow();
        }
    }
}
