using System.ComponentModel;
using System.Text;
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

    /// <summary>Tells how many bytes the value has. Default: bytes, primitives and JSON; a value that none of them knows counts as no bytes.</summary>
    public INatsSerializer<T>? Serializer { get; set; }

    /// <summary>Accepted for code that sets it; the buffer grows as it is needed. Default: 256.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int SerializationBufferSize { get; set; } = 256;

    /// <summary>Accepted for code that sets it; headers are UTF-8. Default: UTF-8.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Encoding Encoding { get; set; } = Encoding.UTF8;

    /// <summary>The message as it stands now.</summary>
    /// <exception cref="NatsException">The <see cref="Serializer"/> does not take the value, so it has no size.</exception>
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
