using System.Text;
using Earshot.Server.JetStream;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using ConsumerConfig = Earshot.Server.JetStream.ConsumerConfig;
using StreamConfig = Earshot.Server.JetStream.StreamConfig;

namespace Earshot.Server.Tests.JetStream.Consumers;

/// <summary>An ack of a message that was delivered as often as it may be, and whose ack is not awaited any more.</summary>
public sealed class ExhaustedAckTests
{
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData("workqueue", "+ACK", 0)]
    [InlineData("workqueue", "+TERM", 0)]
    [InlineData("workqueue", "-NAK", 1)]
    [InlineData("workqueue", "+WPI", 1)]
    [InlineData("interest", "+ACK", 0)]
    [InlineData("interest", "+TERM", 0)]
    [InlineData("limits", "+ACK", 1)]
    public void Late_ack_removes_the_message_and_is_noted(string retention, string word, ulong left)
    {
        var host = new SilentHost();
        var account = new JetStreamAccount("server", "2.14.0", _clock, host, host);
        StreamConfig stream = StreamRules.Complete(new StreamConfig { Name = "S", Subjects = ["s"], Storage = "memory", Retention = retention }, out ApiError? error)!;
        Assert.Null(error);
        HostedStream hosted = account.Create(stream);
        ConsumerState consumer = account.Create(hosted, new ConsumerConfig { Name = "C", DurableName = "C", AckPolicy = "explicit", AckWait = 1_000_000_000, MaxDeliver = 1, MaxAckPending = 1000 });
        hosted.Input.Publish(new IncomingMessage { Subject = "s"u8, Payload = "x"u8 }, _clock.GetUtcNow());
        consumer.Pull("_INBOX.a"u8.ToArray(), new PullBody { Batch = 2, Expires = 60_000_000_000 });
        _clock.Advance(TimeSpan.FromSeconds(1));
        account.Tick();
        Assert.True(consumer.Pending.IsExhausted(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        consumer.Ack(1, 1, AckWord.Read(Encoding.ASCII.GetBytes(word)));

        Assert.Equal(left, (ulong)hosted.State.Messages.Count);
        Assert.Equal(word is "+ACK" or "+TERM" ? _clock.GetUtcNow() : default, consumer.Position.LastAck);
        Assert.Equal((0ul, 0ul), (consumer.Position.FloorConsumer, consumer.Position.FloorStream));
    }
}
