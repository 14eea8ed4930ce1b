using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;
using Xunit;

namespace Earshot.Client.Tests.Serialization;

/// <summary>Payload bytes in the shapes the tests need. Asserts nothing.</summary>
internal static class Payloads
{
    public static byte[] Write<T>(INatsSerialize<T> serializer, T value)
    {
        var writer = new ArrayBufferWriter<byte>();
        serializer.Serialize(writer, value);
        return writer.WrittenSpan.ToArray();
    }

    public static string WriteText<T>(INatsSerialize<T> serializer, T value) => Encoding.UTF8.GetString(Write(serializer, value));

    public static T? Read<T>(INatsDeserialize<T> deserializer, params byte[] payload) =>
        deserializer.Deserialize(new ReadOnlySequence<byte>(payload));

    public static T? ReadText<T>(INatsDeserialize<T> deserializer, string payload) => Read(deserializer, Encoding.UTF8.GetBytes(payload));

    /// <summary>One segment per byte: the worst cut there can be.</summary>
    public static ReadOnlySequence<byte> Scattered(byte[] payload)
    {
        var first = new Segment(payload.AsMemory(0, Math.Min(1, payload.Length)), 0);
        Segment last = first;
        for (int i = 1; i < payload.Length; i++)
        {
            last = last.Append(payload.AsMemory(i, 1));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}

/// <summary>Counts what is rented and returned, so that a test can prove that nothing is lost or returned twice.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private readonly List<byte[]> _out = [];

    public int Outstanding => _out.Count;

    public override byte[] Rent(int minimumLength)
    {
        byte[] array = new byte[minimumLength];
        _out.Add(array);
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false) =>
        Assert.True(_out.Remove(array), "An array was returned that is not rented.");
}

internal sealed record Order(int Id, string? Note, Order? Parent = null);

internal sealed record Parcel(double Weight);

internal sealed record Stranger(int X);

[JsonSerializable(typeof(Order))]
internal sealed partial class OrderContext : JsonSerializerContext;

[JsonSerializable(typeof(Parcel))]
internal sealed partial class ParcelContext : JsonSerializerContext;
