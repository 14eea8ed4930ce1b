using Earshot.Client.Tests.Serialization;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>The bytes of primitives are those that the official client writes and reads, so that both can be used side by side.</summary>
public sealed class PrimitiveFormatTests
{
    private static readonly INatsSerializerRegistry[] s_registries = [NatsDefaultSerializerRegistry.Default, NatsClientDefaultSerializerRegistry.Default];

    [Fact]
    public void A_primitive_published_as_object_or_as_an_interface_is_written_as_what_it_is()
    {
        (object Value, string Text)[] all =
        [
            ("s", "s"), (5, "5"), (5L, "5"), (5u, "5"), (5ul, "5"), ((short)5, "5"), ((ushort)5, "5"), ((byte)5, "5"), ((sbyte)-5, "-5"), (1.5, "1.5"), (1.5f, "1.5"), (1.50m, "1.50"), (true, "True"),
            (new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc), "2024-01-02T03:04:05.0000000Z"), (new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), "2024-01-02T03:04:05.0000000Z"),
            (TimeSpan.FromSeconds(1), "00:00:01"), (Guid.Empty, "00000000-0000-0000-0000-000000000000"),
        ];
        foreach (INatsSerializerRegistry registry in s_registries)
        {
            Assert.All(all, value => Assert.Equal(value.Text, Payloads.WriteText(registry.GetSerializer<object>(), value.Value)));
            Assert.Equal("s", Payloads.WriteText(registry.GetSerializer<IComparable>(), "s"));
        }
    }

    [Fact]
    public void Another_value_behind_object_is_JSON_where_there_is_JSON_and_refused_elsewhere()
    {
        Assert.Equal("{\"Id\":1,\"Note\":null,\"Parent\":null}", Payloads.WriteText(NatsClientDefaultSerializer<object>.Default, new Order(1, null)));
        Assert.Throws<NatsException>(() => Payloads.WriteText(NatsDefaultSerializer<object>.Default, new Order(1, null)));
    }

    [Fact]
    public void Char_DateOnly_and_TimeOnly_are_JSON_with_NatsClient_and_text_with_NatsConnection()
    {
        IsWrittenAs('x', "\"x\"", "x");
        IsWrittenAs<char?>('x', "\"x\"", "x");
        IsWrittenAs(new DateOnly(2024, 2, 29), "\"2024-02-29\"", "2024-02-29");
        IsWrittenAs<DateOnly?>(new DateOnly(2024, 2, 29), "\"2024-02-29\"", "2024-02-29");
        IsWrittenAs(new TimeOnly(1, 2, 3, 4), "\"01:02:03.0040000\"", "01:02:03.0040000");
        IsWrittenAs(new TimeOnly(1, 2, 3), "\"01:02:03\"", "01:02:03.0000000");
    }

    private static void IsWrittenAs<T>(T value, string json, string text)
    {
        foreach ((INatsSerializer<T> serializer, string expected) in new[] { (NatsClientDefaultSerializer<T>.Default, json), (NatsDefaultSerializer<T>.Default, text) })
        {
            Assert.Equal(expected, Payloads.WriteText(serializer, value));
            Assert.Equal(value, Payloads.Read(serializer, Payloads.Write(serializer, value)));
        }
    }
}
