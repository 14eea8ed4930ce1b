using System.Buffers;
using BenchmarkDotNet.Attributes;
using Earshot.Protocol;

namespace Earshot.Benchmarks;

/// <summary>One received message, taken from a buffer full of them as the read loop does.</summary>
[MemoryDiagnoser]
public class ReaderBenchmarks
{
    private const int Messages = 256;

    private readonly ServerOperationReader _reader = new(ProtocolLimits.Default);
    private byte[] _buffer = [];

    /// <summary>Bytes of payload in each message.</summary>
    [Params(16, 1024, 16384)]
    public int Size { get; set; }

    /// <summary>Whether each message is an HMSG with three headers.</summary>
    [Params(false, true)]
    public bool Headers { get; set; }

    /// <summary>How many subjects take turns; with one, each message has the head of the last one.</summary>
    [Params(1, 16)]
    public int Subjects { get; set; }

    /// <summary>Encodes the buffer with the writer of the server side.</summary>
    [GlobalSetup]
    public void Encode()
    {
        var writer = new ArrayBufferWriter<byte>();
        byte[] payload = new byte[Size];
        byte[] headers = HeadersBenchmarks.Encode(HeadersBenchmarks.Create());
        for (int i = 0; i < Messages; i++)
        {
            (string? subject, int sid) = ($"orders.europe.{i % Subjects}", 42 + (i % Subjects));
            if (Headers)
            {
                ServerOperationWriter.WriteHeadersMessage(writer, subject, sid, null, headers, payload);
            }
            else
            {
                ServerOperationWriter.WriteMessage(writer, subject, sid, null, payload);
            }
        }

        _buffer = writer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the whole buffer.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public long Read()
    {
        Span<byte> rest = _buffer.AsSpan();
        long sum = 0;
        while (_reader.TryRead(rest, out ServerOperation operation, out int consumed))
        {
            sum += operation.Sid + operation.Payload.Length;
            rest = rest[consumed..];
        }

        return sum;
    }
}
