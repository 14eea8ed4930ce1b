using Earshot.Protocol;

namespace Earshot.Catalogue.Tests.Streams;

/// <summary>Reads the operation at the start of the buffer.</summary>
/// <param name="buffer">What has arrived and is not read.</param>
/// <param name="shape">The operation, with positions in the buffer.</param>
/// <param name="consumed">Its bytes.</param>
/// <param name="needed">When there is none: how many bytes the buffer must have before another try.</param>
internal delegate bool TryReadShape(ReadOnlySpan<byte> buffer, out OperationShape shape, out int consumed, out int needed);

/// <summary>The parsers of both sides behind one delegate.</summary>
internal static class StreamReaders
{
    public static TryReadShape Server()
    {
        var reader = new ServerOperationReader(ProtocolLimits.Default);
        return (ReadOnlySpan<byte> buffer, out OperationShape shape, out int consumed, out int needed) =>
        {
            bool isRead = reader.TryRead(buffer, out ServerOperation operation, out consumed);
            shape = isRead ? OperationShape.Of(operation, buffer) : default;
            needed = reader.BytesNeeded;
            return isRead;
        };
    }

    public static TryReadShape Client()
    {
        var reader = new ClientOperationReader(ProtocolLimits.Default);
        return (ReadOnlySpan<byte> buffer, out OperationShape shape, out int consumed, out int needed) =>
        {
            bool isRead = reader.TryRead(buffer, out ClientOperation operation, out consumed);
            shape = isRead ? OperationShape.Of(operation, buffer) : default;
            needed = reader.BytesNeeded;
            return isRead;
        };
    }
}
