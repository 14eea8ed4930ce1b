using System.Globalization;
using System.Text;
using Earshot.Client.Tests.Allocations;
using Earshot.JetStream.Requests;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>
/// The allocations of publishes to streams and of their messages while nothing listens to activities and metrics. Exact, because everything
/// runs on the thread that measures.
/// </summary>
[Collection(nameof(IdleConnection))]
public sealed class UnobservedAllocationTests
{
    private const int Times = 1000;
    private const int Rounds = 10;
    private const int Message = 80; // ReceivedMsg
    private const int SixteenBytes = 40; // an array of them, as the runtime lays it out
    private static readonly byte[] s_payload = new byte[16];
    private static PubAckResponse? s_kept; // so that it is an object of the heap

    [Fact]
    public void A_publish_allocates_its_ack_only() => IdleConnection.Run(static still =>
    {
        var context = new NatsJSContext(still.Connection);
        var acks = new AckFrames();
        long ack = IdleConnection.Allocated(1, static () => s_kept = new PubAckResponse());
        for (int i = 0; i < 200; i++)
        {
            Publish(still, context, acks);
        }

        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long allocated = 0;
            for (int i = 0; i < Times; i++)
            {
                allocated += Publish(still, context, acks);
            }

            least = Math.Min(least, allocated);
        }

        Assert.Equal(ack * Times, least);
    });

    [Fact]
    public void A_consumed_message_allocates_itself_and_its_payload_only() => IdleConnection.Run(static still =>
    {
        var info = new ConsumerInfo { StreamName = "S", Name = "C", Config = new ConsumerConfig("C") { AckPolicy = ConsumerConfigAckPolicy.None } };
        var consumer = new NatsJSConsumer(new ContextParts(still.Connection, new NatsJSOpts(still.Connection.Opts)), info);
        INatsJSConsume<byte[]> consume = Result(consumer.StartConsumeAsync<byte[]>(opts: new NatsJSConsumeOpts { MaxMsgs = 1_000_000, Expires = TimeSpan.FromMinutes(10) }));
        byte[] frame = Delivery(SidOf(still));
        IAsyncEnumerator<INatsJSMsg<byte[]>> messages = consume.Msgs.GetAsyncEnumerator(CancellationToken.None);
        long allocated = IdleConnection.Allocated(Times, () =>
        {
            still.Transport.Feed(frame);
            Assert.True(Result(messages.MoveNextAsync()) && messages.Current.Data is { Length: 16 });
        });

        Assert.Equal((Message + SixteenBytes) * Times, allocated);
    });

    // What the call allocates, and what its ack does. A write is in progress all the time, so that no other thread takes one up.
    private static long Publish(IdleConnection still, NatsJSContext context, AckFrames acks)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueTask<PubAckResponse> publish = context.PublishAsync("orders.new", s_payload, cancellationToken: CancellationToken.None);
        long called = GC.GetAllocatedBytesForCurrentThread() - before;
        still.Transport.LetWriteComeBack();
        ReadOnlyMemory<byte> ack = acks.For(still.Transport.Written);
        before = GC.GetAllocatedBytesForCurrentThread();
        still.Transport.Feed(ack);
        PubAckResponse stored = Result(publish);
        long answered = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(acks.Sequence, stored.Seq);
        return called + answered;
    }

    private static T Result<T>(ValueTask<T> task)
    {
        Assert.True(task.IsCompletedSuccessfully);
        return task.Result;
    }

    // The last subscription that was written.
    private static string SidOf(IdleConnection still)
    {
        still.Transport.LetWriteComeBack();
        return Encoding.ASCII.GetString(still.Transport.Written).Split("\r\n").Last(line => line.StartsWith("SUB ", StringComparison.Ordinal)).Split(' ')[^1];
    }

    private static byte[] Delivery(string sid) =>
        Encoding.ASCII.GetBytes($"MSG orders.new {sid} $JS.ACK.S.C.1.7.7.1732752000000000000.0 16\r\n0123456789abcdef\r\n");

    /// <summary>The acks of a stream for the messages that are written.</summary>
    private sealed class AckFrames
    {
        private string _sid = "";

        public ulong Sequence { get; private set; }

        public byte[] For(ReadOnlySpan<byte> written)
        {
            string replyTo = "";
            foreach (string line in Encoding.ASCII.GetString(written).Split("\r\n"))
            {
                switch (line.Split(' '))
                {
                    case ["SUB", _, var sid]:
                        _sid = sid;
                        break;
                    case ["PUB", "orders.new", var inbox, _]:
                        replyTo = inbox;
                        break;
                }
            }

            string ack = string.Create(CultureInfo.InvariantCulture, $$"""{"stream":"S","seq":{{++Sequence}}}""");
            return Encoding.ASCII.GetBytes($"MSG {replyTo} {_sid} {ack.Length}\r\n{ack}\r\n");
        }
    }
}
