using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Writes the answers to publishes as a real server does, with its spaces.</summary>
internal static class PubAck
{
    /// <summary>Enough for what follows the prefix in the answer to a message without a batch and a counter.</summary>
    public const int MostBytesBehindPrefix = 64;

    private const int MostName = 255;

    /// <summary>What the answers to the messages of a stream begin with.</summary>
    public static byte[] Prefix(string stream) => Encoding.UTF8.GetBytes($"{{\"stream\":\"{stream.AsSpan(0, Math.Min(stream.Length, MostName))}\",\"seq\":");

    /// <summary>Writes the answer to a stored message, without allocation. Returns its length.</summary>
    public static int Write(Span<byte> destination, byte[] prefix, in StoreOutcome outcome)
    {
        int length = Append(destination, 0, prefix);
        length += Utf8Formatter.TryFormat(outcome.Sequence, destination[length..], out int digits) ? digits : 0;
        return Append(destination, length, outcome.IsDuplicate ? ",\"duplicate\": true}"u8 : "}"u8);
    }

    /// <summary>The answer to a stored increment of a counter.</summary>
    public static byte[] Counted(string stream, ulong sequence, string value) => Of(json =>
    {
        WriteStored(json, stream, sequence);
        json.WriteString("val", value);
    });

    /// <summary>The answer to the end of a batch.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="sequence">The sequence of the last message.</param>
    /// <param name="batch">The id of the batch.</param>
    /// <param name="count">The number of its messages.</param>
    /// <param name="isDuplicate">Whether the batch is one message whose id was known.</param>
    public static byte[] Batch(string stream, ulong sequence, string batch, ulong count, bool isDuplicate = false) => Of(json =>
    {
        WriteStored(json, stream, sequence);
        if (isDuplicate)
        {
            json.WriteBoolean("duplicate", true);
        }

        json.WriteString("batch", batch);
        json.WriteNumber("count", count);
    });

    public static byte[] Rejected(string stream, ApiError error) => Of(json =>
    {
        WriteError(json, error);
        WriteStored(json, stream, 0);
    });

    public static void WriteError(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject("error");
        json.WriteNumber("code", error.Code);
        json.WriteNumber("err_code", error.ErrCode);
        json.WriteString("description", error.Description);
        json.WriteEndObject();
    }

    /// <summary>Writes an object.</summary>
    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteStored(Utf8JsonWriter json, string stream, ulong sequence)
    {
        json.WriteString("stream", stream);
        json.WriteNumber("seq", sequence);
    }

    private static int Append(Span<byte> destination, int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination[length..]);
        return length + text.Length;
    }
}
