using System.ComponentModel;
using System.Text;
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

    /// <summary>The serializer that determines the size of the value. Default: bytes, primitives and JSON; a value of another type counts as 0 bytes.</summary>
    public INatsSerializer<T>? Serializer { get; set; }

    /// <summary>Accepted for source compatibility without effect: the buffer grows as needed. Default: 256.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int SerializationBufferSize { get; set; } = 256;

    /// <summary>Accepted for source compatibility without effect: headers are encoded as UTF-8. Default: UTF-8.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Encoding Encoding { get; set; } = Encoding.UTF8;

    /// <summary>The message, built from the current values of the properties.</summary>
    /// <exception cref="NatsException">The <see cref="Serializer"/> does not accept the value, so it has no size.</exception>
    public NatsMsg<T> Msg => new(Subject, ReplyTo, Size(), Headers, Data, Connection, Flags);

    private int Size()
    {
        int size = Subject.Length + (ReplyTo?.Length ?? 0) + (Headers is null ? 0 : HeaderCodec.Measure(Headers));
        if (Data is null)
        {
            return size;
        }

        using var writer = new NatsBufferWriter<byte>();
        try
        {
            (Serializer ?? NatsClientDefaultSerializer<T>.Default).Serialize(writer, Data, new NatsMsgContext(Subject, ReplyTo, Headers));
        }
        catch (Exception e) when (Serializer is null && e is (NatsException or NotSupportedException))
        {
            return size;
        }

        return size + writer.WrittenCount;
    }
}
