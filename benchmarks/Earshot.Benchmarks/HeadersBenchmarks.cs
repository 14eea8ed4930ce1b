using BenchmarkDotNet.Attributes;
using Earshot.Protocol;

namespace Earshot.Benchmarks;

/// <summary>A header block of three entries, in both directions.</summary>
[MemoryDiagnoser]
public class HeadersBenchmarks
{
    private static readonly byte[] s_status = "NATS/1.0 503\r\n\r\n"u8.ToArray();

    private readonly NatsHeaders _headers = Create();
    private readonly byte[] _block = Encode(Create());
    private readonly byte[] _destination = new byte[1024];

    /// <summary>Reads the block into a collection for the user.</summary>
    [Benchmark]
    public NatsHeaders Parse() => HeaderCodec.Parse(_block);

    /// <summary>Looks only whether the block is a status, as a reply inbox does first.</summary>
    [Benchmark]
    public bool ReadStatus() => HeaderCodec.TryReadStatus(s_status, out int code) && code == 503 && _block.Length > 0;

    /// <summary>Measures and writes the block.</summary>
    [Benchmark]
    public int Write() => HeaderCodec.Measure(_headers) + HeaderCodec.Write(_headers, _destination);

    internal static NatsHeaders Create() => new()
    {
        ["Nats-Msg-Id"] = "nSpxxwYCBYTTH6ChyEWaYr",
        ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ["Content-Type"] = "application/json",
    };

    internal static byte[] Encode(NatsHeaders headers)
    {
        byte[] block = new byte[HeaderCodec.Measure(headers)];
        HeaderCodec.Write(headers, block);
        return block;
    }
}
