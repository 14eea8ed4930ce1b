using System.Globalization;
using Earshot.Server.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Streams;

/// <summary>What a stream costs that no client uses, and a publish to one.</summary>
public sealed class StreamFootprintTests
{
    private const int Streams = 300;
    private static readonly DateTimeOffset s_now = new(2027, 5, 3, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Idle_stream_has_at_most_four_kibibytes()
    {
        var host = new SilentHost();
        var account = new JetStreamAccount("server", "2.14.0", TimeProvider.System, host, host);
        for (int i = 0; i < Streams; i++)
        {
            Create(account, i.ToString(CultureInfo.InvariantCulture)); // until the tables have grown
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            Create(account, $"idle{i}");
        }

        // More than what remains: it includes what the checks of the configuration drop.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10, 500, 4096);
    }

    [Fact]
    public void Publish_allocates_the_stored_message_and_no_more()
    {
        var host = new SilentHost();
        var account = new JetStreamAccount("server", "2.14.0", TimeProvider.System, host, host);
        StreamInput input = Create(account, "s");
        Publish(input, 200); // the tables have grown to 256 places
        long before = GC.GetAllocatedBytesForCurrentThread();
        Publish(input, 40);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 40;
        Assert.InRange(each, 128, 304); // arrays of 152 bytes for the payload and 64 for the headers, and the message
    }

    private static void Publish(StreamInput input, int count)
    {
        Span<byte> payload = stackalloc byte[128];
        for (int i = 0; i < count; i++)
        {
            input.Publish(new IncomingMessage { Subject = "s.a"u8, ReplyTo = "_INBOX.a"u8, Headers = "NATS/1.0\r\nNats-Expected-Stream: s\r\n\r\n"u8, Payload = payload }, s_now);
        }
    }

    private static StreamInput Create(JetStreamAccount account, string name)
    {
        StreamConfig config = StreamRules.Complete(new StreamConfig { Name = name, Subjects = [$"{name}.>"], Storage = "memory" }, out ApiError? error)!;
        Assert.Null(error);
        return account.Create(config).Input;
    }
}
