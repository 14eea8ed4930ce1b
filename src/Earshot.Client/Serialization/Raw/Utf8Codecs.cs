using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Earshot.Serialization;

/// <summary>Which codec a type has, if any. The list is closed and spelled out, so that AOT compilation sees every type.</summary>
internal static class Utf8Codecs
{
    private delegate bool ParseText<TValue>(ReadOnlySpan<char> text, out TValue value);

    public static Utf8Codec<T>? Create<T>()
    {
        Type type = typeof(T);
        if (!type.IsValueType)
        {
            return type == typeof(string) ? new StringCodec() as Utf8Codec<T> : null; // without the code of all others, which the first would compile
        }

        return (Integers(type) ?? Reals(type) ?? Times(type) ?? Others(type)) as Utf8Codec<T>;
    }

    /// <summary>Whether a serializer that follows has the type before its text does: in JSON these are quoted, which other clients expect.</summary>
    public static bool IsLeftToNext(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is Type plain && (plain == typeof(char) || plain == typeof(DateOnly) || plain == typeof(TimeOnly));

    private static object? Integers(Type type) =>
        Number<int>(type) ?? Number<long>(type) ?? Number<uint>(type) ?? Number<ulong>(type) ?? Number<short>(type)
        ?? Number<ushort>(type) ?? Number<byte>(type) ?? Number<sbyte>(type) ?? Number<nint>(type) ?? Number<nuint>(type)
        ?? Number<Int128>(type) ?? Number<UInt128>(type);

    // Without thousands separators: "1,5" must not read as 15.
    private static object? Reals(Type type) =>
        Number<double>(type, NumberStyles.Float) ?? Number<float>(type, NumberStyles.Float)
        ?? Number<decimal>(type, NumberStyles.Float) ?? Number<Half>(type, NumberStyles.Float);

    private static object? Times(Type type) =>
        Pair(type, static () => new InstantCodec())
        ?? Formatted<DateTime>(type, "O", static (text, out value) => DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out value))
        ?? Formatted<TimeSpan>(type, "c", static (text, out value) => TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value))
        ?? Formatted<DateOnly>(type, "O", static (text, out value) => DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out value))
        ?? Formatted<TimeOnly>(type, "O", static (text, out value) => TimeOnly.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out value));

    private static object? Others(Type type) =>
        Formatted<Guid>(type, "D", static (text, out value) => Guid.TryParse(text, out value))
        ?? Pair(type, static () => new BooleanCodec())
        ?? Pair(type, static () => new CharCodec());

    private static object? Number<TValue>(Type type, NumberStyles style = NumberStyles.Integer)
        where TValue : struct, INumberBase<TValue> =>
        Pair(type, () => new NumberCodec<TValue>(style));

    private static object? Formatted<TValue>(Type type, string format, ParseText<TValue> parse)
        where TValue : struct, IUtf8SpanFormattable =>
        Pair(type, () => new FormattedCodec<TValue>(format, parse));

    private static object? Pair<TValue>(Type type, Func<ValueCodec<TValue>> create)
        where TValue : struct =>
        type == typeof(TValue) ? create() : type == typeof(TValue?) ? new NullableCodec<TValue>(create()) : null;

    private sealed class StringCodec : Utf8Codec<string>
    {
        public override void Write(IBufferWriter<byte> writer, string value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                Encoding.UTF8.GetBytes(value, writer);
            }
        }

        public override string? Read(in ReadOnlySequence<byte> buffer) => buffer.IsEmpty ? null : Encoding.UTF8.GetString(in buffer);
    }

    private abstract class ValueCodec<TValue> : Utf8Codec<TValue>
        where TValue : struct
    {
        public sealed override void Write(IBufferWriter<byte> writer, TValue value)
        {
            Span<byte> span = writer.GetSpan(64);
            int written;
            while (!TryFormat(value, span, out written))
            {
                span = writer.GetSpan(span.Length * 2);
            }

            writer.Advance(written);
        }

        public sealed override TValue Read(in ReadOnlySequence<byte> buffer)
        {
            if (buffer.IsEmpty)
            {
                return default;
            }

            ReadOnlySpan<byte> utf8 = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
            return TryParse(utf8, out TValue value)
                ? value
                : throw new NatsException($"The payload ({utf8.Length} bytes) is not a {typeof(TValue).Name} as UTF-8 text.");
        }

        protected abstract bool TryFormat(TValue value, Span<byte> utf8, out int written);

        protected abstract bool TryParse(ReadOnlySpan<byte> utf8, out TValue value);
    }

    private sealed class NullableCodec<TValue>(ValueCodec<TValue> codec) : Utf8Codec<TValue?>
        where TValue : struct
    {
        public override void Write(IBufferWriter<byte> writer, TValue? value)
        {
            if (value is { } present)
            {
                codec.Write(writer, present);
            }
        }

        public override TValue? Read(in ReadOnlySequence<byte> buffer) => buffer.IsEmpty ? null : codec.Read(in buffer);
    }

    private sealed class NumberCodec<TValue>(NumberStyles style) : ValueCodec<TValue>
        where TValue : struct, INumberBase<TValue>
    {
        protected override bool TryFormat(TValue value, Span<byte> utf8, out int written) =>
            value.TryFormat(utf8, out written, default, CultureInfo.InvariantCulture);

        protected override bool TryParse(ReadOnlySpan<byte> utf8, out TValue value) =>
            TValue.TryParse(utf8, style, CultureInfo.InvariantCulture, out value);
    }

    private class FormattedCodec<TValue>(string format, ParseText<TValue> parse) : ValueCodec<TValue>
        where TValue : struct, IUtf8SpanFormattable
    {
        // The longest text of any of these types, with room for white space around it.
        private const int LongestText = 128;

        protected override bool TryFormat(TValue value, Span<byte> utf8, out int written) =>
            value.TryFormat(utf8, out written, format, CultureInfo.InvariantCulture);

        protected override bool TryParse(ReadOnlySpan<byte> utf8, out TValue value)
        {
            Span<char> text = stackalloc char[LongestText];
            if (utf8.Length > LongestText || !Encoding.UTF8.TryGetChars(utf8, text, out int length))
            {
                value = default;
                return false;
            }

            return parse(text[..length], out value);
        }
    }

    /// <summary>Like <see cref="DateTime"/>, an instant in UTC ends with <c>Z</c>.</summary>
    private sealed class InstantCodec()
        : FormattedCodec<DateTimeOffset>("O", static (text, out value) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value))
    {
        protected override bool TryFormat(DateTimeOffset value, Span<byte> utf8, out int written) =>
            value.Offset == TimeSpan.Zero
                ? value.UtcDateTime.TryFormat(utf8, out written, "O", CultureInfo.InvariantCulture)
                : base.TryFormat(value, utf8, out written);
    }

    private sealed class BooleanCodec : ValueCodec<bool>
    {
        protected override bool TryFormat(bool value, Span<byte> utf8, out int written) =>
            (value ? "True"u8 : "False"u8).TryCopyTo(utf8) ? (written = value ? 4 : 5) > 0 : (written = 0) > 0;

        protected override bool TryParse(ReadOnlySpan<byte> utf8, out bool value)
        {
            ReadOnlySpan<byte> text = utf8.Trim((byte)' ');
            value = Ascii.EqualsIgnoreCase(text, "true"u8);
            return value || Ascii.EqualsIgnoreCase(text, "false"u8);
        }
    }

    private sealed class CharCodec : ValueCodec<char>
    {
        protected override bool TryFormat(char value, Span<byte> utf8, out int written) =>
            Rune.TryCreate(value, out Rune rune)
                ? rune.TryEncodeToUtf8(utf8, out written)
                : throw new NatsException($"A lone surrogate (U+{(int)value:X4}) cannot be encoded as UTF-8. Publish a string instead.");

        protected override bool TryParse(ReadOnlySpan<byte> utf8, out char value)
        {
            OperationStatus status = Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed);
            value = rune.IsBmp ? (char)rune.Value : default;
            return status == OperationStatus.Done && consumed == utf8.Length && rune.IsBmp;
        }
    }
}
