using System.Globalization;
using System.Text;
using CsCheck;
using Xunit;

namespace Earshot.Client.Tests.Serialization;

public class NatsUtf8PrimitivesSerializerTests
{
    [Fact]
    public void Every_primitive_has_its_text()
    {
        AssertText("grüße 🌍", "grüße 🌍");
        AssertText(true, "True");
        AssertText(false, "False");
        AssertText('ß', "ß");
        AssertText((byte)255, "255");
        AssertText(sbyte.MinValue, "-128");
        AssertText(short.MinValue, "-32768");
        AssertText(ushort.MaxValue, "65535");
        AssertText(int.MinValue, "-2147483648");
        AssertText(uint.MaxValue, "4294967295");
        AssertText(long.MinValue, "-9223372036854775808");
        AssertText(ulong.MaxValue, "18446744073709551615");
        AssertText((nint)(-5), "-5");
        AssertText((nuint)5, "5");
        AssertText(Int128.MinValue, "-170141183460469231731687303715884105728");
        AssertText(UInt128.MaxValue, "340282366920938463463374607431768211455");
        AssertText((Half)1.5, "1.5");
        AssertText(0.1f, "0.1");
        AssertText(0.1, "0.1");
        AssertText(double.MaxValue, "1.7976931348623157E+308");
        AssertText(double.NegativeInfinity, "-Infinity");
        AssertText(79228162514264337593543950335m, "79228162514264337593543950335");
        AssertText(new DateTime(2024, 2, 29, 23, 59, 58, DateTimeKind.Utc).AddTicks(1), "2024-02-29T23:59:58.0000001Z");
        AssertText(new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(-3)), "2024-02-29T01:02:03.0000000-03:00");
        AssertText(new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.Zero), "2024-02-29T01:02:03.0000000Z");
        AssertText(new DateOnly(2024, 2, 29), "2024-02-29");
        AssertText(new TimeOnly(1, 2, 3), "01:02:03.0000000");
        AssertText(new TimeSpan(-1, -2, -3, -4, -5), "-1.02:03:04.0050000");
        AssertText(Guid.Empty, "00000000-0000-0000-0000-000000000000");
    }

    [Fact]
    public void Nullable_primitives_round_trip_and_null_is_an_empty_payload()
    {
        AssertText<int?>(5, "5");
        AssertText<int?>(null, "");
        AssertText<Guid?>(null, "");
        AssertText<DateTime?>(new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Unspecified), "2024-01-02T03:04:05.0000000");
        AssertText<bool?>(null, "");
        Assert.Empty(Payloads.Write(NatsUtf8PrimitivesSerializer<string?>.Default, null));
    }

    [Fact]
    public void Empty_payload_is_default()
    {
        Assert.Null(Payloads.Read(NatsUtf8PrimitivesSerializer<string>.Default));
        Assert.Equal(0, Payloads.Read(NatsUtf8PrimitivesSerializer<int>.Default));
        Assert.Null(Payloads.Read(NatsUtf8PrimitivesSerializer<int?>.Default));
        Assert.False(Payloads.Read(NatsUtf8PrimitivesSerializer<bool>.Default));
    }

    [Fact]
    public void Every_double_and_string_reads_back_the_same()
    {
        Gen.Double.Sample(value => Payloads.Read(
            NatsUtf8PrimitivesSerializer<double>.Default, Payloads.Write(NatsUtf8PrimitivesSerializer<double>.Default, value)).Equals(value));
        Gen.Long.Sample(value => Payloads.Read(
            NatsUtf8PrimitivesSerializer<long>.Default, Payloads.Write(NatsUtf8PrimitivesSerializer<long>.Default, value)) == value);
        Gen.String[Gen.Char['\0', '\uD7FF']].Sample(value => NatsUtf8PrimitivesSerializer<string>.Default.Deserialize(
            Payloads.Scattered(Payloads.Write(NatsUtf8PrimitivesSerializer<string>.Default, value))) == (value.Length == 0 ? null : value));
    }

    [Fact]
    public void Culture_of_the_thread_changes_nothing()
    {
        CultureInfo previous = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = Turkish();
        try
        {
            Assert.Equal("-1,5", (-1.5).ToString(CultureInfo.CurrentCulture));
            AssertText(-1.5, "-1.5");
            AssertText(1234567.25m, "1234567.25");
            AssertText(-7, "-7");
            AssertText(true, "True");
            AssertText(new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), "2024-02-29T01:02:03.0000000Z");
            AssertText(TimeSpan.FromMilliseconds(1500), "00:00:01.5000000");
        }
        finally
        {
            CultureInfo.CurrentCulture = previous;
        }
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("12x")]
    [InlineData("1.5")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("\u0661")]
    public void Text_that_is_not_the_number_is_refused(string text) =>
        Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<long>.Default, text));

    [Fact]
    public void Text_that_is_not_the_value_is_refused()
    {
        Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<double>.Default, "1,5"));
        Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<bool>.Default, "yes"));
        Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<char>.Default, "ab"));
        Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<char>.Default, "🌍"));
        Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<Guid>.Default, "no guid"));
        Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<DateTime>.Default, new string('1', 1000)));
        Assert.Throws<NatsException>(() => Payloads.Read(NatsUtf8PrimitivesSerializer<DateTime>.Default, 0xFF, 0xFE));
        Assert.Throws<NatsException>(() => Payloads.Write(NatsUtf8PrimitivesSerializer<char>.Default, '\uD83C'));
    }

    [Fact]
    public void Refusal_does_not_repeat_the_payload()
    {
        NatsException refused = Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<int>.Default, "secret"));
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Int32", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_of_thousands_of_digits_is_read_or_refused_but_never_cut()
    {
        string digits = "0." + new string('3', 5000);
        Assert.Equal(1.0 / 3, Payloads.ReadText(NatsUtf8PrimitivesSerializer<double>.Default, digits));
        Assert.Throws<NatsException>(() => Payloads.ReadText(NatsUtf8PrimitivesSerializer<Int128>.Default, new string('9', 5000)));
    }

    [Fact]
    public void Times_as_other_languages_write_them_are_read()
    {
        var expected = new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        Assert.Equal(expected, Payloads.ReadText(NatsUtf8PrimitivesSerializer<DateTime>.Default, "2024-01-02T03:04:05Z"));
        Assert.Equal(expected, Payloads.ReadText(NatsUtf8PrimitivesSerializer<DateTimeOffset>.Default, "2024-01-02T05:04:05+02:00").UtcDateTime);
        Assert.True(Payloads.ReadText(NatsUtf8PrimitivesSerializer<bool>.Default, "true"));
    }

    [Fact]
    public void Unknown_type_is_passed_to_the_next_serializer_or_rejected() =>
        Assert.Throws<NatsException>(() => Payloads.Write(NatsUtf8PrimitivesSerializer<Stranger>.Default, new Stranger(1)));

    private static void AssertText<T>(T value, string text)
    {
        NatsUtf8PrimitivesSerializer<T> serializer = NatsUtf8PrimitivesSerializer<T>.Default;
        Assert.Equal(text, Payloads.WriteText(serializer, value));
        Assert.Equal(value, Payloads.ReadText(serializer, text));
        if (text.Length > 0)
        {
            Assert.Equal(value, serializer.Deserialize(Payloads.Scattered(Encoding.UTF8.GetBytes(text))));
        }
    }

    // The formats of tr-TR for numbers and dates; the culture itself does not exist under invariant globalization.
    private static CultureInfo Turkish()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "-";
        culture.DateTimeFormat.ShortDatePattern = "d.MM.yyyy";
        culture.DateTimeFormat.TimeSeparator = ".";
        return culture;
    }
}
