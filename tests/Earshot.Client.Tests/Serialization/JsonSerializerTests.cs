using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit;

namespace Earshot.Client.Tests.Serialization;

public class JsonSerializerTests
{
    private static readonly Order s_sample = new(7, "ş \"quoted\"", new Order(6, null));

    public static TheoryData<string> Kinds => ["context", "options", "reflection"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Value_round_trips_whole_and_scattered(string kind)
    {
        INatsSerializer<Order> serializer = Create<Order>(kind);
        byte[] payload = Payloads.Write(serializer, s_sample);

        Assert.Equal(s_sample, Payloads.Read(serializer, payload));
        Assert.Equal(s_sample, serializer.Deserialize(Payloads.Scattered(payload)));
        Assert.Equal(7, JsonDocument.Parse(payload).RootElement.GetProperty("Id").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Empty_payload_is_default(string kind) => Assert.Null(Payloads.Read(Create<Order>(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Text_after_the_value_is_refused(string kind)
    {
        INatsSerializer<Order> serializer = Create<Order>(kind);
        Assert.Equal(1, Payloads.ReadText(serializer, "{\"Id\":1} \r\n")!.Id);
        Assert.ThrowsAny<JsonException>(() => Payloads.ReadText(serializer, "{\"Id\":1}{"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nesting_beyond_64_levels_is_refused_in_both_directions(string kind)
    {
        INatsSerializer<Order> serializer = Create<Order>(kind);
        Assert.NotNull(Payloads.ReadText(serializer, Nested(64)));
        Assert.ThrowsAny<JsonException>(() => Payloads.ReadText(serializer, Nested(65)));
        Assert.NotEmpty(Payloads.Write(serializer, NestedOrder(63)));
        Assert.ThrowsAny<Exception>(() => Payloads.Write(serializer, NestedOrder(65)));
    }

    [Fact]
    public void Depth_beyond_64_is_refused_even_if_the_options_allow_it()
    {
        var serializer = new NatsJsonSerializer<Order>(new JsonSerializerOptions { MaxDepth = 500 });
        Assert.ThrowsAny<JsonException>(() => Payloads.ReadText(serializer, Nested(65)));
        Assert.ThrowsAny<Exception>(() => Payloads.Write(serializer, NestedOrder(65)));
    }

    [Fact]
    public void Writer_is_usable_again_after_a_value_that_throws()
    {
        var failing = new NatsJsonSerializer<Failing>();
        var buffer = new ArrayBufferWriter<byte>();
        Assert.Throws<NotSupportedException>(() => failing.Serialize(buffer, new Failing()));

        Assert.Equal("{\"Weight\":2}", Payloads.WriteText(new NatsJsonContextSerializer<Parcel>(ParcelContext.Default), new Parcel(2)));
    }

    [Fact]
    public void Value_that_serializes_another_while_it_is_written_disturbs_neither()
    {
        var options = new JsonSerializerOptions();
        options.Converters.Add(new NestingConverter());
        Assert.Equal(
            "{\"inner\":\"{\\u0022Weight\\u0022:3}\"}",
            Payloads.WriteText(new NatsJsonSerializer<Failing>(options), new Failing()));
    }

    [Fact]
    public void Options_for_layout_are_followed()
    {
        var indented = new NatsJsonSerializer<Parcel>(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" });
        Assert.Equal("{\n  \"Weight\": 2\n}", Payloads.WriteText(indented, new Parcel(2)));
        var byWriter = new NatsJsonSerializer<Parcel>(new JsonSerializerOptions(), new JsonWriterOptions { Indented = true, NewLine = "\n" });
        Assert.Equal("{\n  \"Weight\": 2\n}", Payloads.WriteText(byWriter, new Parcel(2)));
    }

    [Fact]
    public void Default_by_reflection_writes_null() =>
        Assert.Equal("{\"Id\":1,\"Note\":null,\"Parent\":null}", Payloads.WriteText(NatsJsonSerializer<Order>.Default, new Order(1, null)));

    [Fact]
    public void Required_property_that_is_null_round_trips()
    {
        var value = new WithRequired { Name = null, Age = 3 };
        INatsSerializer<WithRequired> serializer = NatsClientDefaultSerializer<WithRequired>.Default;
        Assert.Equal(value, Payloads.Read(serializer, Payloads.Write(serializer, value)));
    }

    [Fact]
    public void Type_that_JSON_does_not_support_fails_when_it_is_used_and_not_before()
    {
        var serializer = new NatsJsonSerializer<NatsMemoryOwner<byte>>();
        Assert.ThrowsAny<Exception>(() => Payloads.Write(serializer, default));
    }

    [Fact]
    public void First_context_that_lists_the_type_is_used_and_unlisted_types_continue_down_the_chain()
    {
        var both = new NatsJsonContextSerializer<Parcel>([OrderContext.Default, ParcelContext.Default]);
        Assert.Equal("{\"Weight\":2.5}", Payloads.WriteText(both, new Parcel(2.5)));

        var unlisted = new NatsJsonContextSerializer<Parcel>(OrderContext.Default);
        Assert.Throws<NatsException>(() => Payloads.Write(unlisted, new Parcel(1)));
        INatsSerializer<Parcel> chained = unlisted.CombineWith(new NatsJsonContextSerializer<Parcel>(ParcelContext.Default));
        Assert.Equal(new Parcel(1), Payloads.Read(chained, Payloads.Write(chained, new Parcel(1))));
    }

    [Fact]
    public void Context_registry_gives_bytes_text_and_json_and_the_same_instance_each_time()
    {
        var registry = new NatsJsonContextSerializerRegistry(OrderContext.Default, ParcelContext.Default);
        Assert.Equal([1, 2], Payloads.Write(registry.GetSerializer<byte[]>(), [1, 2]));
        Assert.Equal("plain", Payloads.WriteText(registry.GetSerializer<string>(), "plain"));
        Assert.Equal(s_sample, Payloads.Read(registry.GetDeserializer<Order>(), Payloads.Write(registry.GetSerializer<Order>(), s_sample)));
        Assert.Same(registry.GetSerializer<Parcel>(), registry.GetDeserializer<Parcel>());
        Assert.Throws<NatsException>(() => Payloads.Write(registry.GetSerializer<Stranger>(), new Stranger(1)));
    }

    [Fact]
    public void Options_registry_gives_bytes_text_and_json_and_requires_a_resolver()
    {
        var registry = new NatsJsonContextOptionsSerializerRegistry(new JsonSerializerOptions { TypeInfoResolver = OrderContext.Default });
        Assert.Equal("5", Payloads.WriteText(registry.GetSerializer<int>(), 5));
        Assert.Equal(s_sample, Payloads.Read(registry.GetDeserializer<Order>(), Payloads.Write(registry.GetSerializer<Order>(), s_sample)));
        Assert.Throws<NatsException>(() => Payloads.Write(registry.GetSerializer<Stranger>(), new Stranger(1)));
        Assert.Throws<InvalidOperationException>(() => new NatsJsonContextOptionsSerializerRegistry(new JsonSerializerOptions()));
    }

    [Fact]
    public void Reflection_registry_is_json_for_strings_and_bytes_too()
    {
        Assert.Equal("\"x\"", Payloads.WriteText(NatsJsonSerializerRegistry.Default.GetSerializer<string>(), "x"));
        Assert.Equal("\"AQI=\"", Payloads.WriteText(NatsJsonSerializerRegistry.Default.GetSerializer<byte[]>(), [1, 2]));
    }

    private static INatsSerializer<T> Create<T>(string kind) => kind switch
    {
        "context" => new NatsJsonContextSerializer<T>(OrderContext.Default),
        "options" => new NatsJsonOptionsSerializer<T>(new JsonSerializerOptions { TypeInfoResolver = OrderContext.Default }),
        _ => new NatsJsonSerializer<T>(),
    };

    private static string Nested(int levels) => new StringBuilder()
        .Insert(0, "{\"Id\":1,\"Parent\":", levels - 1).Append("{\"Id\":1}").Append('}', levels - 1).ToString();

    private static Order NestedOrder(int levels) =>
        Enumerable.Range(1, levels - 1).Aggregate(new Order(0, null), static (inner, id) => new Order(id, null, inner));

    private sealed class Failing
    {
        public int Before { get; } = 1;

        public int Value => throw new NotSupportedException();
    }

    private sealed class NestingConverter : JsonConverter<Failing>
    {
        public override Failing Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new();

        public override void Write(Utf8JsonWriter writer, Failing value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("inner", Payloads.WriteText(new NatsJsonContextSerializer<Parcel>(ParcelContext.Default), new Parcel(3)));
            writer.WriteEndObject();
        }
    }

    private sealed record WithRequired
    {
        public required string? Name { get; init; }

        public int Age { get; init; }
    }
}
