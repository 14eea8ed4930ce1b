using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Earshot.JetStream.Batches;

/// <summary>The id of a fast batch, and the reply subjects of its messages, which contain all that the server needs (ADR-50). For one caller at a time.</summary>
internal sealed class FastReplies
{
    private const int Most = 64; // the length of the numbers and the end

    private readonly string _prefix;
    private readonly string _suffix;
    private byte[] _subject = [];
    private int _start; // the length of the part that is the same for all messages

    /// <param name="prefix">The subject of the inbox up to the id of the batch.</param>
    /// <param name="flow">The number of messages that the server may acknowledge together.</param>
    /// <param name="mode">What the server does about a message that is lost or rejected.</param>
    public FastReplies(string prefix, int flow, NatsJSFastMode mode)
    {
        (_prefix, _suffix) = (prefix, string.Create(CultureInfo.InvariantCulture, $".{flow}.{(mode == NatsJSFastMode.Ok ? "ok" : "fail")}."));
        Renew();
    }

    /// <summary>The id of the batch.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Gives the batch a new id, because its messages without an ack are sent again.</summary>
    public void Renew()
    {
        Id = Nuid.NewNuid();
        byte[] start = Encoding.UTF8.GetBytes(_prefix + Id + _suffix);
        (_start, _subject) = (start.Length, [.. start, .. new byte[Most]]);
    }

    /// <summary>Returns the reply subject of a message. It is valid until the next call.</summary>
    /// <param name="sequence">The number of the message.</param>
    /// <param name="operation">What the message does.</param>
    public ReadOnlyMemory<byte> Of(long sequence, int operation)
    {
        Utf8Formatter.TryFormat(sequence, _subject.AsSpan(_start), out int digits);
        int length = _start + digits;
        _subject[length++] = (byte)'.';
        Utf8Formatter.TryFormat(operation, _subject.AsSpan(length), out digits);
        length += digits;
        ReadOnlySpan<byte> end = ".$FI"u8;
        end.CopyTo(_subject.AsSpan(length));
        return _subject.AsMemory(0, length + end.Length);
    }
}
