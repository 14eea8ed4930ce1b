using System.Globalization;
using System.Text.Unicode;

namespace Earshot.JetStream.Batches;

/// <summary>The id of a fast batch, and the reply subjects of its messages, which contain all that the server needs (ADR-50). For one caller at a time.</summary>
/// <param name="prefix">The subject of the inbox up to the id of the batch.</param>
/// <param name="flow">The number of messages that the server may acknowledge together.</param>
/// <param name="mode">What the server does about a message that is lost or rejected.</param>
internal sealed class FastReplies(string prefix, int flow, NatsJSFastMode mode)
{
    private const int Most = 128; // the length of all parts behind the prefix

    private readonly byte[] _subject = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(prefix.Length) + Most];
    private readonly string _mode = mode == NatsJSFastMode.Ok ? "ok" : "fail";

    /// <summary>The id of the batch.</summary>
    public string Id { get; private set; } = Nuid.NewNuid();

    /// <summary>Gives the batch a new id, because its messages without an ack are sent again.</summary>
    public void Renew() => Id = Nuid.NewNuid();

    /// <summary>Returns the reply subject of a message. It is valid until the next call.</summary>
    /// <param name="sequence">The number of the message.</param>
    /// <param name="operation">What the message does.</param>
    public ReadOnlyMemory<byte> Of(long sequence, int operation)
    {
        Utf8.TryWrite(_subject, CultureInfo.InvariantCulture, $"{prefix}{Id}.{flow}.{_mode}.{sequence}.{operation}.$FI", out int length);
        return _subject.AsMemory(0, length);
    }
}
