using BenchmarkDotNet.Attributes;
using Earshot.Protocol;

namespace Earshot.Benchmarks;

/// <summary>One publish encoded in place, as the outbound buffer does.</summary>
[MemoryDiagnoser]
public class WriterBenchmarks
{
    private readonly NatsHeaders _headers = HeadersBenchmarks.Create();
    private byte[] _payload = [];
    private byte[] _destination = [];

    /// <summary>Bytes of payload.</summary>
    [Params(16, 1024, 16384)]
    public int Size { get; set; }

    /// <summary>Makes payload and room.</summary>
    [GlobalSetup]
    public void Allocate()
    {
        _payload = new byte[Size];
        _destination = new byte[Size + 4096];
    }

    /// <summary>A whole PUB frame.</summary>
    [Benchmark]
    public int Publish()
    {
        int length = ClientOperationWriter.WritePublishHead(_destination, "orders.europe.new", default(string), _payload.Length);
        return length + Finish(_destination.AsSpan(length));
    }

    /// <summary>A whole PUB frame with a reply subject.</summary>
    [Benchmark]
    public int PublishWithReply()
    {
        int length = ClientOperationWriter.WritePublishHead(_destination, "orders.europe.new", "_INBOX.nSpxxwYCBYTTH6ChyEWaYr.17", _payload.Length);
        return length + Finish(_destination.AsSpan(length));
    }

    /// <summary>A whole HPUB frame with three headers.</summary>
    [Benchmark]
    public int PublishWithHeaders()
    {
        int headersLength = HeaderCodec.Measure(_headers);
        int length = ClientOperationWriter.WriteHeadersPublishHead(_destination, "orders.europe.new", default(string), headersLength, _payload.Length);
        length += HeaderCodec.Write(_headers, _destination.AsSpan(length));
        return length + Finish(_destination.AsSpan(length));
    }

    private int Finish(Span<byte> destination)
    {
        _payload.CopyTo(destination);
        "\r\n"u8.CopyTo(destination[_payload.Length..]);
        return _payload.Length + 2;
    }
}
