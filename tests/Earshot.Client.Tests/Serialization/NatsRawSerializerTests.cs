using System.Buffers;
using Xunit;

namespace Earshot.Client.Tests.Serialization;

public class NatsRawSerializerTests
{
    private static readonly byte[] s_bytes = [0, 13, 10, 255, 7];

    [Fact]
    public void Byte_forms_round_trip_as_they_are()
    {
        Assert.Equal(s_bytes, RoundTrip(s_bytes));
        Assert.Equal(s_bytes, RoundTrip<Memory<byte>>(s_bytes).ToArray());
        Assert.Equal(s_bytes, RoundTrip<ReadOnlyMemory<byte>>(s_bytes).ToArray());
        Assert.Equal(s_bytes, RoundTrip<ReadOnlyMemory<byte>?>(s_bytes)!.Value.ToArray());
        Assert.Equal(s_bytes, RoundTrip(new ReadOnlySequence<byte>(s_bytes)).ToArray());
        Assert.Equal(s_bytes, RoundTrip(Payloads.Scattered(s_bytes)).ToArray());
    }

    [Fact]
    public void Owners_round_trip_and_are_disposed_once_written()
    {
        var pool = new CountingPool();
        var owner = NatsMemoryOwner<byte>.Allocate(s_bytes.Length, pool);
        s_bytes.CopyTo(owner.Span);
        var writer = new NatsBufferWriter<byte>(pool);
        writer.Write(s_bytes);
        IMemoryOwner<byte> any = Boxed([.. s_bytes]);

        using NatsMemoryOwner<byte> receivedOwner = RoundTrip(owner);
        using NatsBufferWriter<byte> receivedWriter = RoundTrip(writer)!;
        using IMemoryOwner<byte> receivedAny = RoundTrip(any)!;

        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(s_bytes, receivedOwner.Memory.ToArray());
        Assert.Equal(s_bytes, receivedWriter.WrittenMemory.ToArray());
        Assert.Equal(s_bytes, receivedAny.Memory.ToArray());
        Assert.Throws<ObjectDisposedException>(() => any.Memory);
    }

    [Fact]
    public void Payload_in_many_segments_is_read_whole()
    {
        ReadOnlySequence<byte> scattered = Payloads.Scattered(s_bytes);
        Assert.Equal(s_bytes, NatsRawSerializer<byte[]>.Default.Deserialize(scattered));
        using NatsMemoryOwner<byte> owner = NatsRawSerializer<NatsMemoryOwner<byte>>.Default.Deserialize(scattered);
        Assert.Equal(s_bytes, owner.Memory.ToArray());
        using NatsBufferWriter<byte> writer = NatsRawSerializer<NatsBufferWriter<byte>>.Default.Deserialize(scattered)!;
        Assert.Equal(s_bytes, writer.WrittenMemory.ToArray());
    }

    [Fact]
    public void Received_bytes_are_a_copy_that_outlives_the_buffer()
    {
        byte[] buffer = [.. s_bytes];
        ReadOnlyMemory<byte> received = NatsRawSerializer<ReadOnlyMemory<byte>>.Default.Deserialize(new ReadOnlySequence<byte>(buffer));
        Array.Clear(buffer);
        Assert.Equal(s_bytes, received.ToArray());
    }

    [Fact]
    public void Empty_payload_is_default_and_null_an_empty_payload()
    {
        Assert.Empty(Payloads.Write(NatsRawSerializer<byte[]?>.Default, null));
        Assert.Empty(Payloads.Write(NatsRawSerializer<NatsBufferWriter<byte>?>.Default, null));
        Assert.Null(Payloads.Read(NatsRawSerializer<byte[]>.Default));
        Assert.Null(Payloads.Read(NatsRawSerializer<IMemoryOwner<byte>>.Default));
        Assert.Null(Payloads.Read(NatsRawSerializer<ReadOnlyMemory<byte>?>.Default));
        Assert.True(Payloads.Read(NatsRawSerializer<Memory<byte>>.Default).IsEmpty);
        Assert.Equal(0, Payloads.Read(NatsRawSerializer<NatsMemoryOwner<byte>>.Default).Length);
        Assert.Equal(0, Payloads.Read(NatsRawSerializer<NatsBufferWriter<byte>>.Default)!.WrittenCount);
    }

    [Fact]
    public void Bytes_behind_object_are_written_as_they_are()
    {
        Assert.Equal(s_bytes, Payloads.Write<object>(NatsRawSerializer<object>.Default, s_bytes));
        Assert.Throws<NatsException>(() => Payloads.Write<object>(NatsRawSerializer<object>.Default, 5));
    }

    [Fact]
    public void Unknown_type_reports_what_to_register()
    {
        NatsException writing = Assert.Throws<NatsException>(() => Payloads.Write(NatsRawSerializer<Stranger>.Default, new Stranger(1)));
        NatsException reading = Assert.Throws<NatsException>(() => Payloads.Read(NatsRawSerializer<Stranger>.Default, 1));

        foreach (string? message in new[] { writing.Message, reading.Message })
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
