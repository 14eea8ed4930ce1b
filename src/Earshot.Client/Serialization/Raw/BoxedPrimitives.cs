using System.Buffers;

namespace Earshot.Serialization;

/// <summary>Writes primitives whose type only the value itself shows. The list is spelled out, so that AOT compilation sees every type.</summary>
internal static class BoxedPrimitives
{
    /// <summary>Writes the value as text, or returns false for one that is no primitive or that is left to the next serializer.</summary>
    public static bool TryWrite(IBufferWriter<byte> writer, object value) => value switch
    {
        string text => Write(writer, text),
        bool flag => Write(writer, flag),
        DateTime time => Write(writer, time),
        DateTimeOffset time => Write(writer, time),
        TimeSpan time => Write(writer, time),
        Guid id => Write(writer, id),
        _ => TryWriteNumber(writer, value),
    };

    private static bool TryWriteNumber(IBufferWriter<byte> writer, object value) => value switch
    {
        int number => Write(writer, number),
        long number => Write(writer, number),
        double number => Write(writer, number),
        decimal number => Write(writer, number),
        float number => Write(writer, number),
        uint number => Write(writer, number),
        ulong number => Write(writer, number),
        short number => Write(writer, number),
        ushort number => Write(writer, number),
        byte number => Write(writer, number),
        sbyte number => Write(writer, number),
        _ => false,
    };

    private static bool Write<T>(IBufferWriter<byte> writer, T value)
    {
        NatsUtf8PrimitivesSerializer<T>.Default.Serialize(writer, value);
        return true;
    }
}
