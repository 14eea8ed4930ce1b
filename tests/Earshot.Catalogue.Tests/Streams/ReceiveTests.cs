using System.Net;
using System.Text;
using Earshot.Catalogue.Tests.Bytes.Engines;
using Earshot.Protocol;
using Earshot.Sessions;
using Earshot.Transport;
using Xunit;

namespace Earshot.Catalogue.Tests.Streams;

/// <summary>P90 and P91: the buffer between transport and parser, and a whole connection whose stream ends anywhere.</summary>
public sealed class ReceiveTests
{
    private const string Start = "MSG foo 1 5\r\nhello\r\nMSG foo 1 2\r\nhi\r\n";
    private const string Rest = "PING\r\nHMSG foo 1 r 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n+OK\r\n-ERR 'x'\r\nmsg\tfoo 1 0\n\r\nPONG\r\n";

    private static readonly StreamCorpus s_corpus = Corpora.Server(64 * 1024);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(4095, 4097)]
    [InlineData(4096, 4096)] // ends exactly where the buffer does
    [InlineData(8192, 8192)]
    [InlineData(1, 40_000)]
    [InlineData(1024 * 1024, 1024 * 1024)]
    public async Task Corpus_is_received_the_same_in_pieces_of_any_size(int least, int most)
    {
        for (int seed = 0; seed < (least == 1 && most == 1 ? 1 : 20); seed++)
        {
            await ReceiveAsync(new Random(seed), least, most);
        }
    }

    [Fact]
    public async Task End_at_any_byte_is_an_orderly_end_of_the_session()
    {
        string stream = Start + Rest;
        int[] ends = [Start.IndexOf("\r\nMSG", StringComparison.Ordinal) + 2, Start.Length, stream.IndexOf("+OK", StringComparison.Ordinal), stream.IndexOf("PONG", StringComparison.Ordinal)];
        string[] messages = ["foo||hello", "foo||hi", "foo|r|[A=b]|hi", "foo||"];
        for (int end = 0; end <= stream.Length; end++)
        {
            await using OpenSession session = await OpenSession.StartAsync();
            await session.Peer.SendRawAsync(Encoding.Latin1.GetBytes(stream[..end]));
            session.Peer.Close();
            NatsDisconnectedEvent lost = await session.Rig.WhenAsync<NatsDisconnectedEvent>();
            Assert.Equal(NatsDisconnectReason.ServerClosed, lost.Reason);
            Assert.Equal(messages[..ends.Count(at => at <= end)], session.Received());
        }
    }

    private static async Task ReceiveAsync(Random random, int least, int most)
    {
        var buffer = new ReceiveBuffer(new Pieces(s_corpus.Bytes, random, least, most), TimeProvider.System);
        var reader = new ServerOperationReader(ProtocolLimits.Default);
        int start = 0, index = 0;
        while (true)
        {
            ReadAll(buffer, reader, ref start, ref index);
            if (buffer.IsIdle)
            {
                await buffer.WaitAsync();
            }

            if (await buffer.FillAsync(reader.BytesNeeded) == 0)
            {
                break;
            }
        }

        Assert.Equal((s_corpus.Length, s_corpus.Operations.Length), (start, index));
        buffer.Release();
    }

    private static void ReadAll(ReceiveBuffer buffer, ServerOperationReader reader, ref int start, ref int index)
    {
        while (reader.TryRead(buffer.Unread, out ServerOperation operation, out int consumed))
        {
            (OperationShape expected, int end) = s_corpus.Operations[index++];
            Assert.Equal(expected, OperationShape.Of(operation, buffer.Unread).Moved(start));
            Assert.True(s_corpus.Bytes.AsSpan(start, end - start).SequenceEqual(buffer.Unread[..consumed]));
            buffer.Advance(consumed);
            start = end;
        }
    }

    /// <summary>Hands out a stream in pieces of random size; now and then a receive completes without a byte where none was asked for.</summary>
    private sealed class Pieces(byte[] stream, Random random, int least, int most) : ITransport
    {
        private int _at;

        public EndPoint? RemoteEndPoint => null;

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            int count = Math.Min(Math.Min(buffer.Length, random.Next(least, most + 1)), stream.Length - _at);
            stream.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return ValueTask.FromResult(count);
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}
