using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Earshot.Serialization;

/// <summary>Writes and reads JSON payloads by type information. Owns the depth limit and the writer each thread reuses.</summary>
internal static class JsonPayload
{
    /// <summary>The deepest nesting in either direction: a small payload must not be able to exhaust a stack.</summary>
    public const int MaxDepth = 64;

    /// <summary>Shared by all default serializers by reflection, so that each type is read once.</summary>
    public static readonly JsonSerializerOptions DefaultOptions = new();

    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    /// <summary>Bytes, text and numbers are written as they are; everything else goes to the JSON serializer.</summary>
    public static INatsSerializer<T> AfterRaw<T>(INatsSerializer<T> json) => new NatsRawSerializer<T>(new NatsUtf8PrimitivesSerializer<T>(json));

    public static void Write<T>(
        IBufferWriter<byte> bufferWriter, T value, JsonTypeInfo<T> typeInfo, JsonWriterOptions? writerOptions = null)
    {
        ArgumentNullException.ThrowIfNull(bufferWriter);
        JsonSerializerOptions options = typeInfo.Options;
        if (writerOptions is not null || options.WriteIndented || options.Encoder is not null)
        {
            using var special = new Utf8JsonWriter(bufferWriter, Limit(writerOptions ?? new JsonWriterOptions
            {
                Encoder = options.Encoder,
                Indented = options.WriteIndented,
                IndentCharacter = options.IndentCharacter,
                IndentSize = options.IndentSize,
                NewLine = options.NewLine,
                SkipValidation = true,
            }));
            JsonSerializer.Serialize(special, value, typeInfo);
            return;
        }

        // Taken while in use: a converter may publish from inside.
        Utf8JsonWriter writer = s_writer ?? new Utf8JsonWriter(NoBuffer.Instance, Limit(new JsonWriterOptions { SkipValidation = true }));
        s_writer = null;
        writer.Reset(bufferWriter);
        try
        {
            JsonSerializer.Serialize(writer, value, typeInfo);
            writer.Flush();
        }
        finally
        {
            // Also after an exception; and the thread must not keep the caller's buffer alive.
            writer.Reset(NoBuffer.Instance);
            s_writer = writer;
        }
    }

    public static T? Read<T>(in ReadOnlySequence<byte> buffer, JsonTypeInfo<T> typeInfo)
    {
        if (buffer.IsEmpty)
        {
            return default;
        }

        JsonSerializerOptions options = typeInfo.Options;
        var reader = new Utf8JsonReader(buffer, new JsonReaderOptions
        {
            AllowTrailingCommas = options.AllowTrailingCommas,
            CommentHandling = options.ReadCommentHandling,
            MaxDepth = options.MaxDepth is > 0 and < MaxDepth ? options.MaxDepth : MaxDepth,
        });
        T? value = JsonSerializer.Deserialize(ref reader, typeInfo);

        // Throws if anything but white space follows: the payload is one JSON value.
        reader.Read();
        return value;
    }

    private static JsonWriterOptions Limit(JsonWriterOptions options)
    {
        options.MaxDepth = options.MaxDepth is > 0 and < MaxDepth ? options.MaxDepth : MaxDepth;
        return options;
    }

    private sealed class NoBuffer : IBufferWriter<byte>
    {
        public static readonly NoBuffer Instance = new();

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException("The JSON writer is not in use.");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException("The JSON writer is not in use.");
    }
}
