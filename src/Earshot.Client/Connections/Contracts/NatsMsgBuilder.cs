using Earshot.Protocol;

namespace Earshot;

/// <summary>Builds messages for tests of the application's own code: what it is given, with the size the server would count.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public class NatsMsgBuilder<T>
{
    /// <summary>The subject. Default: empty.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Where replies go.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>The headers.</summary>
    public NatsHeaders? Headers { get; set; }

    /// <summary>The value.</summary>
    public T? Data { get; set; }

    /// <summary>The connection replies go through.</summary>
    public INatsConnection? Connection { get; set; }

    /// <summary>What is known of the message.</summary>
    public NatsMsgFlags Flags { get; set; }

    /// <summary>Tells how many bytes the value has. Default: bytes and primitives.</summary>
    public INatsSerializer<T>? Serializer { get; set; }

    /// <summary>The message as it stands now.</summary>
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
