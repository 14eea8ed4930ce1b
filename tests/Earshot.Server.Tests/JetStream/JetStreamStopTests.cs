using Earshot.RealServer;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>What of JetStream remains when a server is stopped and started again.</summary>
public sealed class JetStreamStopTests
{
    private static readonly string[] s_before =
    [
        """req STREAM.CREATE.A {"name":"A","subjects":["a.*"],"storage":"file"}""",
        """req STREAM.CREATE.B {"name":"B","subjects":["b.*"],"storage":"memory"}""",
        """req CONSUMER.CREATE.A.D {"stream_name":"A","config":{"durable_name":"D","ack_policy":"explicit","ack_wait":1000000000}}""",
        """req CONSUMER.CREATE.A.E {"stream_name":"A","config":{"name":"E","ack_policy":"explicit","inactive_threshold":60000000000}}""",
        """req CONSUMER.CREATE.A.M {"stream_name":"A","config":{"durable_name":"M","ack_policy":"explicit","mem_storage":true}}""",
        """req CONSUMER.CREATE.B.D {"stream_name":"B","config":{"durable_name":"D","ack_policy":"explicit"}}""",
        "pub a.1 {Nats-Msg-Id: x} one",
        "pub a.2 two",
        "pub b.1 three",
        """pull p1 A.D {"batch":2,"expires":5000000000} 2""",
        "ack! +ACK",
    ];

    private static readonly string[] s_after =
    [
        "req STREAM.NAMES",
        """req STREAM.INFO.A {"subjects_filter":">"}""",
        "req STREAM.INFO.B",
        "req CONSUMER.NAMES.A",
        "req CONSUMER.INFO.A.D",
        "req CONSUMER.INFO.A.M",
        "pub a.1 {Nats-Msg-Id: x} again",
        "pub b.1 four",
        """pull p1 A.D {"batch":1,"expires":5000000000} 1""", // not acknowledged before the stop
        """pull p2 A.M {"batch":1,"no_wait":true} 1""",
    ];

    [Fact]
    public async Task Files_remain_and_memory_is_lost_as_with_a_real_server()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await using NatsServerProcess real = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }, limit.Token);
        await using NatsTestServer ours = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, limit.Token);
        Assert.Equal(await JetStreamTalk.PlayAsync(s_before, real.Port, limit.Token), await JetStreamTalk.PlayAsync(s_before, ours.Port, limit.Token));

        await real.RestartAsync(limit.Token);
        await ours.Faults.RestartAsync(limit.Token);

        Assert.Equal(await JetStreamTalk.PlayAsync(s_after, real.Port, limit.Token), await JetStreamTalk.PlayAsync(s_after, ours.Port, limit.Token));
    }
}
