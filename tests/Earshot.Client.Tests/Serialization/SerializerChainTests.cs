using System.Buffers;
using System.Text;
using Xunit;

namespace Earshot.Client.Tests.Serialization;

public class SerializerChainTests
{
    [Fact]
    public void Chain_uses_its_parts_in_the_order_they_were_combined()
    {
        INatsSerializer<Stranger> chain = new NatsRawSerializer<Stranger>()
            .CombineWith(new NatsUtf8PrimitivesSerializer<Stranger>())
            .CombineWith(new NatsJsonContextSerializer<Stranger>(OrderContext.Default))
            .CombineWith(new Marking("first"))
            .CombineWith(new Marking("second"));

        Assert.Equal("first", Payloads.WriteText(chain, new Stranger(1)));
    }

    [Fact]
    public void Combining_changes_neither_part()
    {
        var raw = new NatsRawSerializer<Stranger>();
        _ = raw.CombineWith(new Marking("next"));
        Assert.Throws<NatsException>(() => Payloads.Write(raw, new Stranger(1)));
    }

    [Fact]
    public void Builder_chains_in_the_order_of_adding_and_without_any_has_the_default()
    {
        INatsSerializer<Stranger> chain = new NatsSerializerBuilder<Stranger>()
            .Add(new NatsRawSerializer<Stranger>())
            .Add(new NatsUtf8PrimitivesSerializer<Stranger>())
            .Add(new Marking("end"))
            .Build();

        Assert.Equal("end", Payloads.WriteText(chain, new Stranger(1)));
        Assert.Same(NatsDefaultSerializer<Stranger>.Default, new NatsSerializerBuilder<Stranger>().Build());
    }

    [Fact]
    public void Context_reaches_a_custom_serializer_through_the_whole_chain()
    {
        var custom = new Marking("custom");
        var chain = new NatsRawSerializer<Stranger>(new NatsUtf8PrimitivesSerializer<Stranger>(
            new NatsJsonContextSerializer<Stranger>(OrderContext.Default, custom)));
        var context = new NatsMsgContext("orders.new", "reply.here");
        var writer = new ArrayBufferWriter<byte>();

        ((INatsSerialize<Stranger>)chain).Serialize(writer, new Stranger(1), in context);
        Stranger? read = ((INatsDeserialize<Stranger>)chain).Deserialize(new ReadOnlySequence<byte>([1]), in context);

        Assert.Equal("custom orders.new reply.here", Encoding.UTF8.GetString(writer.WrittenSpan));
        Assert.Equal(new Stranger("orders.new".Length), read);
    }

    [Fact]
    public void Serializer_without_context_is_called_without_it()
    {
        var writer = new ArrayBufferWriter<byte>();
        INatsSerialize<Parcel> plain = new NatsJsonSerializer<Parcel>();
        plain.Serialize(writer, new Parcel(1), new NatsMsgContext("s"));
        Assert.Equal("{\"Weight\":1}", Encoding.UTF8.GetString(writer.WrittenSpan));
    }

    [Fact]
    public void Default_registry_supports_bytes_and_primitives_only()
    {
        NatsDefaultSerializerRegistry registry = NatsDefaultSerializerRegistry.Default;
        Assert.Equal([9], Payloads.Write(registry.GetSerializer<byte[]>(), [9]));
        Assert.Equal("42", Payloads.WriteText(registry.GetSerializer<int>(), 42));
        Assert.Throws<NatsException>(() => Payloads.Write(registry.GetSerializer<Parcel>(), new Parcel(1)));
    }

    [Fact]
    public void Client_registry_supports_json_as_well()
    {
        NatsClientDefaultSerializerRegistry registry = NatsClientDefaultSerializerRegistry.Default;
        Assert.Equal([9], Payloads.Write(registry.GetSerializer<byte[]>(), [9]));
        Assert.Equal("plain", Payloads.WriteText(registry.GetSerializer<string>(), "plain"));
        Assert.Equal(new Parcel(1), Payloads.Read(registry.GetDeserializer<Parcel>(), Payloads.Write(registry.GetSerializer<Parcel>(), new Parcel(1))));
    }

    [Fact]
    public void Deserialize_exception_carries_the_payload_and_the_cause()
    {
        var cause = new FormatException("broken");
        var error = new NatsDeserializeException([1, 2], cause);
        Assert.Equal([1, 2], error.RawData);
        Assert.Same(cause, error.InnerException);
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
    }

    private sealed class Marking(string mark) : INatsSerializer<Stranger>, INatsSerializerWithContext<Stranger>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, Stranger value) => bufferWriter.Write(Encoding.UTF8.GetBytes(mark));

        public void Serialize(IBufferWriter<byte> bufferWriter, Stranger value, in NatsMsgContext context) =>
            bufferWriter.Write(Encoding.UTF8.GetBytes($"{mark} {context.Subject} {context.ReplyTo}"));

        public Stranger Deserialize(in ReadOnlySequence<byte> buffer) => new(0);

        public Stranger Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) => new(context.Subject.Length);

        public INatsSerializer<Stranger> CombineWith(INatsSerializer<Stranger> next) => this;
    }
}
