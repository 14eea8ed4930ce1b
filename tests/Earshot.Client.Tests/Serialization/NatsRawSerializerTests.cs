using System.Buffers;
using Xunit;

namespace Earshot.Client.Tests.Serialization;

public class NatsRawSerializerTests
{
    private static readonly byte[] Bytes = [0, 13, 10, 255, 7];

    [Fact]
    public void Byte_forms_round_trip_as_they_are()
    {
        Assert.Equal(Bytes, RoundTrip(Bytes));
        Assert.Equal(Bytes, RoundTrip<Memory<byte>>(Bytes).ToArray());
        Assert.Equal(Bytes, RoundTrip<ReadOnlyMemory<byte>>(Bytes).ToArray());
        Assert.Equal(Bytes, RoundTrip<ReadOnlyMemory<byte>?>(Bytes)!.Value.ToArray());
        Assert.Equal(Bytes, RoundTrip(new ReadOnlySequence<byte>(Bytes)).ToArray());
        Assert.Equal(Bytes, RoundTrip(Payloads.Scattered(Bytes)).ToArray());
    }

    [Fact]
    public void Owners_round_trip_and_are_disposed_once_written()
    {
        var pool = new CountingPool();
        var owner = NatsMemoryOwner<byte>.Allocate(Bytes.Length, pool);
        Bytes.CopyTo(owner.Span);
        var writer = new NatsBufferWriter<byte>(pool);
        writer.Write(Bytes);
        var any = Boxed([.. Bytes]);

        using var receivedOwner = RoundTrip(owner);
        using var receivedWriter = RoundTrip(writer)!;
        using var receivedAny = RoundTrip(any)!;

        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(Bytes, receivedOwner.Memory.ToArray());
        Assert.Equal(Bytes, receivedWriter.WrittenMemory.ToArray());
        Assert.Equal(Bytes, receivedAny.Memory.ToArray());
        Assert.Throws<ObjectDisposedException>(() => any.Memory);
    }

    [Fact]
    public void Payload_in_many_segments_is_read_whole()
    {
        var scattered = Payloads.Scattered(Bytes);
        Assert.Equal(Bytes, NatsRawSerializer<byte[]>.Default.Deserialize(scattered));
        using var owner = NatsRawSerializer<NatsMemoryOwner<byte>>.Default.Deserialize(scattered);
        Assert.Equal(Bytes, owner.Memory.ToArray());
        using var writer = NatsRawSerializer<NatsBufferWriter<byte>>.Default.Deserialize(scattered)!;
        Assert.Equal(Bytes, writer.WrittenMemory.ToArray());
    }

    [Fact]
    public void Received_bytes_are_a_copy_that_outlives_the_buffer()
    {
        byte[] buffer = [.. Bytes];
        var received = NatsRawSerializer<ReadOnlyMemory<byte>>.Default.Deserialize(new ReadOnlySequence<byte>(buffer));
        Array.Clear(buffer);
        Assert.Equal(Bytes, received.ToArray());
    }

    [Fact]
    public void Empty_payload_is_an_empty_value_and_null_an_empty_payload()
    {
        Assert.Empty(Payloads.Write(NatsRawSerializer<byte[]?>.Default, null));
        Assert.Empty(Payloads.Write(NatsRawSerializer<NatsBufferWriter<byte>?>.Default, null));
        Assert.Equal([], Payloads.Read(NatsRawSerializer<byte[]>.Default)!);
        Assert.True(Payloads.Read(NatsRawSerializer<Memory<byte>>.Default).IsEmpty);
        Assert.Equal(0, Payloads.Read(NatsRawSerializer<NatsMemoryOwner<byte>>.Default).Length);
        Assert.Equal(0, Payloads.Read(NatsRawSerializer<NatsBufferWriter<byte>>.Default)!.WrittenCount);
    }

    [Fact]
    public void Bytes_behind_object_are_written_as_they_are()
    {
        Assert.Equal(Bytes, Payloads.Write<object>(NatsRawSerializer<object>.Default, Bytes));
        Assert.Throws<NatsException>(() => Payloads.Write<object>(NatsRawSerializer<object>.Default, 5));
    }

    [Fact]
    public void Unknown_type_says_what_to_register()
    {
        var writing = Assert.Throws<NatsException>(() => Payloads.Write(NatsRawSerializer<Stranger>.Default, new Stranger(1)));
        var reading = Assert.Throws<NatsException>(() => Payloads.Read(NatsRawSerializer<Stranger>.Default, 1));

        foreach (var message in new[] { writing.Message, reading.Message })
        {
            Assert.Contains(nameof(Stranger), message, StringComparison.Ordinal);
            Assert.Contains("NatsOpts.SerializerRegistry", message, StringComparison.Ordinal);
            Assert.Contains(nameof(NatsJsonContextSerializerRegistry), message, StringComparison.Ordinal);
            Assert.Contains(nameof(NatsClientDefaultSerializerRegistry), message, StringComparison.Ordinal);
        }
    }

    private static IMemoryOwner<byte> Boxed(byte[] bytes) =>
        bytes.Length > 0 ? NatsMemoryOwner<byte>.Wrap(bytes, 0, bytes.Length, null) : MemoryPool<byte>.Shared.Rent();

    private static T? RoundTrip<T>(T value) =>
        Payloads.Read(NatsRawSerializer<T>.Default, Payloads.Write(NatsRawSerializer<T>.Default, value));
}
