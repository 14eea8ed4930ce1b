using System.Buffers;
using System.Text.Json.Serialization;
using BenchmarkDotNet.Attributes;
using Earshot.Serialization;

namespace Earshot.Benchmarks;

/// <summary>Payloads of the usual kinds, written into the scratch buffer and read back.</summary>
[MemoryDiagnoser]
public class PayloadBenchmarks
{
    private readonly byte[] _bytes = new byte[1024];
    private readonly NatsJsonContextSerializer<Quote> _json = new(QuoteContext.Default);
    private readonly Quote _quote = new("EURUSD", 1.0842, 1_000_000);
    private readonly ReadOnlySequence<byte> _number = new("1234567890"u8.ToArray());
    private ReadOnlySequence<byte> _quoteText;

    /// <summary>Writes the JSON that <see cref="ReadJson"/> reads.</summary>
    [GlobalSetup]
    public void WriteQuote()
    {
        var writer = new ArrayBufferWriter<byte>();
        _json.Serialize(writer, _quote);
        _quoteText = new ReadOnlySequence<byte>(writer.WrittenMemory);
    }

    /// <summary>A byte array, seen without asking its serializer.</summary>
    [Benchmark]
    public int SeeBytes() =>
        PayloadForm.For<byte[]>(NatsDefaultSerializer<byte[]>.Default) == PayloadFormKind.ByteArray
        && PayloadForm.TryGetContiguous(_bytes, out ReadOnlyMemory<byte> payload) ? payload.Length : 0;

    /// <summary>A number as text.</summary>
    [Benchmark]
    public int WriteNumber() => Write(NatsDefaultSerializer<long>.Default, _quote.Volume);

    /// <summary>A number from text.</summary>
    [Benchmark]
    public long ReadNumber() => NatsDefaultSerializer<long>.Default.Deserialize(_number);

    /// <summary>A record as source-generated JSON.</summary>
    [Benchmark]
    public int WriteJson() => Write(_json, _quote);

    /// <summary>A record from source-generated JSON.</summary>
    [Benchmark]
    public object? ReadJson() => _json.Deserialize(_quoteText);

    private static int Write<T>(INatsSerialize<T> serializer, T value)
    {
        using var writer = PooledBufferWriter.Rent();
        serializer.Serialize(writer, value);
        return writer.WrittenCount;
    }
}

internal sealed record Quote(string Symbol, double Price, long Volume);

[JsonSerializable(typeof(Quote))]
internal sealed partial class QuoteContext : JsonSerializerContext;
