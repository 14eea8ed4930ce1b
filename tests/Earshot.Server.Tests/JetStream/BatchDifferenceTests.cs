using System.Text;
using Earshot.Server.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>Where batches differ from those of a real server; the guide of the in-process server lists these cases.</summary>
public sealed class BatchDifferenceTests
{
    private static readonly DateTimeOffset s_now = new(2027, 5, 3, 10, 0, 0, TimeSpan.Zero);
    private readonly SilentHost _host = new() { Remembers = true };
    private readonly JetStreamAccount _account;

    public BatchDifferenceTests() => _account = new JetStreamAccount("server", "2.14.0", TimeProvider.System, _host, _host);

    [Fact]
    public void Atomic_batches_of_all_streams_together_have_no_limit()
    {
        for (int i = 0; i < 21; i++)
        {
            StreamInput input = Create($"s{i}");
            for (int k = 0; k < 50; k++)
            {
                Publish(input, $"s{i}.a", $"b{k}", 1, "_INBOX.a", "");
                Assert.Equal("", _host.Last);
            }

            Publish(input, $"s{i}.a", "x", 1, "_INBOX.a", "");
            Assert.Contains("10210", _host.Last, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fast_batch_ends_when_its_last_message_expects_another_message_id()
    {
        StreamInput input = Create("s");
        Publish(input, "s.a", null, 0, "_INBOX.b.10.ok.1.0.$FI", "");
        Publish(input, "s.a", null, 0, "_INBOX.b.10.ok.2.2.$FI", "Nats-Expected-Last-Msg-Id: x\r\n");
        Assert.Contains("10070", _host.Last, StringComparison.Ordinal);
        Publish(input, "s.a", null, 0, "_INBOX.b.10.ok.3.1.$FI", "");
        Assert.Contains("10208", _host.Last, StringComparison.Ordinal);
    }

    private static void Publish(StreamInput input, string subject, string? batch, int sequence, string replyTo, string headers)
    {
        string block = batch is null ? headers : FormattableString.Invariant($"Nats-Batch-Id: {batch}\r\nNats-Batch-Sequence: {sequence}\r\n");
        input.Publish(
            new IncomingMessage
            {
                Subject = Encoding.ASCII.GetBytes(subject),
                ReplyTo = Encoding.ASCII.GetBytes(replyTo),
                Headers = block.Length == 0 ? [] : Encoding.ASCII.GetBytes($"NATS/1.0\r\n{block}\r\n"),
                Payload = "1"u8,
            },
            s_now);
    }

    private StreamInput Create(string name) =>
        _account.Create(StreamRules.Complete(new StreamConfig { Name = name, Subjects = [$"{name}.>"], AllowAtomic = true, AllowBatched = true }, out _)!).Input;
}
