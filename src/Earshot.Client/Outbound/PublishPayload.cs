using System.Buffers;
using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>From a value to the bytes of a payload, and to the headers that its serializer sets.</summary>
[ForExtensions]
internal static class PublishPayload
{
    // For serializers that may set headers where the call has none: most do not, so that these stay empty for the next call.
    [ThreadStatic]
    private static NatsHeaders? s_unused;

    /// <summary>
    /// Writes the payload and returns the call as it is to be sent. Null is an empty payload, whatever the serializer. Headers that were
    /// given are the caller's own and changed in place; a call without headers gets some when the serializer sets one.
    /// </summary>
    public static PublishCall Write<T>(in PublishCall call, T? data, INatsSerialize<T> serializer, IBufferWriter<byte> writer)
    {
        if (data is null)
        {
            return call;
        }

        if (serializer is not INatsSerializeWithContext<T> withContext)
        {
            serializer.Serialize(writer, data);
            return call;
        }

        if (call.Headers is { } given)
        {
            withContext.Serialize(writer, data, new NatsMsgContext(call.Subject, call.ReplyTo, given));
            return call;
        }

        NatsHeaders headers = s_unused ?? new NatsHeaders();
        s_unused = null; // a serializer may publish from inside
        withContext.Serialize(writer, data, new NatsMsgContext(call.Subject, call.ReplyTo, headers));
        if (headers.Count > 0)
        {
            return call with { Headers = headers };
        }

        s_unused = headers;
        return call;
    }
}
