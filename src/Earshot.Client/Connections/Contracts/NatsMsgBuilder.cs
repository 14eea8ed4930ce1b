using Earshot.Protocol;

namespace Earshot;

/// <summary>Builds messages for tests of application code, with the size that a connection would report.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public class NatsMsgBuilder<T>
{
    /// <summary>The subject of the message. Default: empty.</summary>
    public string Subject { get; set; } = "";

    /// <summary>The reply subject of the message. Default: null.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>The headers of the message. Default: null.</summary>
    public NatsHeaders? Headers { get; set; }

    /// <summary>The value of the message. Default: the default of the type.</summary>
    public T? Data { get; set; }

    /// <summary>The connection that replies are sent through. Default: null.</summary>
    public INatsConnection? Connection { get; set; }

    /// <summary>The flags of the message. Default: none.</summary>
    public NatsMsgFlags Flags { get; set; }

    /// <summary>The serializer that determines the size of the value. Default: bytes and primitives.</summary>
    public INatsSerializer<T>? Serializer { get; set; }

    /// <summary>The message, built from the current values of the properties.</summary>
    /// <exception cref="NatsException">The value cannot be serialised, so it has no size.</exception>
    public NatsMsg<T> Msg => new(Subject, ReplyTo, Size(), Headers, Data, Connection, Flags);

    private int Size()
    {
        int size = Subject.Length + (ReplyTo?.Length ?? 0) + (Headers is { Count: > 0 } ? HeaderCodec.Measure(Headers) : 0);
        if (Data is null)
        {
            return size;
        }

        using var writer = new NatsBufferWriter<byte>();
        (Serializer ?? NatsDefaultSerializer<T>.Default).Serialize(writer, Data, new NatsMsgContext(Subject, ReplyTo, Headers));
        return size + writer.WrittenCount;
    }
}
