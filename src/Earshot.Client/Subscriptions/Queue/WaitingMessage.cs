using System.Runtime.InteropServices;
using System.Text;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>What stands before the bytes of a waiting message: how long its parts are.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct WaitingHead
{
    /// <summary>Bytes of a head.</summary>
    public const int Size = 12;

    /// <summary>Stands where no message has room: the next one stands at the start of the ring. No subject is that long.</summary>
    public const ushort EndMark = ushort.MaxValue;

    private readonly ushort _subject;
    private readonly ushort _replyTo;
    private readonly int _headers;
    private readonly int _payload;

    private const int Beside = int.MinValue; // a length needs all bits but the sign

    public WaitingHead(in ServerOperation message, bool isLiteral, bool isBeside)
    {
        _subject = isLiteral ? (ushort)0 : (ushort)message.Subject.Length;
        _replyTo = (ushort)message.ReplyTo.Length;
        _headers = message.Headers.Length | (isBeside ? Beside : 0);
        _payload = message.Payload.Length;
    }

    /// <summary>0: the subject of the subscription itself.</summary>
    public int Subject => _subject;

    /// <summary>0: none.</summary>
    public int ReplyTo => _replyTo;

    public int Headers => _headers & ~Beside;

    public int Payload => _payload;

    /// <summary>Bytes of headers and payload.</summary>
    public int Content => Headers + _payload;

    /// <summary>Headers and payload wait in an array of their own.</summary>
    public bool IsBeside => _headers < 0;

    /// <summary>Bytes of head and parts that stand in the ring.</summary>
    public int Length => Size + _subject + _replyTo + (IsBeside ? 0 : Content);
}

/// <summary>A message as it waits in a ring: valid until the reader goes on.</summary>
internal readonly ref struct WaitingMessage(WaitingHead head, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public WaitingHead Head { get; } = head;

    public ReadOnlySpan<byte> Subject => _bytes[..Head.Subject];

    public ReadOnlySpan<byte> ReplyTo => _bytes.Slice(Head.Subject, Head.ReplyTo);

    /// <summary>Headers and payload; nothing when they wait beside.</summary>
    public ReadOnlySpan<byte> Content => _bytes[(Head.Subject + Head.ReplyTo)..];
}

/// <summary>What the messages of one subscription have in common.</summary>
/// <param name="Subject">The subject that most of them have, unless it has wildcards; not written with them.</param>
/// <param name="IsExact">The array of a payload goes to the user as it is, so it must have the exact size.</param>
internal readonly record struct WaitingForm(string Subject, bool IsExact)
{
    // Up to here an array of its own costs more, for as long as the garbage collector meets it in the queue, than a second copy. A rented
    // array has to be had again before its last user has returned it: there the second copy pays much longer.
    private const int LargestInside = 512;
    private const int LargestInsidePooled = 32 * 1024;

    public WaitingHead HeadOf(in ServerOperation message)
    {
        int content = message.Headers.Length + message.Payload.Length;
        bool isBeside = content > LargestInside && (content > LargestInsidePooled || !IsPooled(message.Headers.Length, content));
        return new WaitingHead(message, Ascii.Equals(message.Subject, Subject), isBeside);
    }

    /// <summary>Headers and payload are read into a rented array.</summary>
    public bool IsPooled(WaitingHead head) => IsPooled(head.Headers, head.Content);

    /// <summary>What the message counts against limits: subject, reply, headers and payload.</summary>
    public int Count(WaitingHead head) => (head.Subject == 0 ? Subject.Length : head.Subject) + head.ReplyTo + head.Content;

    private bool IsPooled(int headers, int content) => content > 0 && !(IsExact && headers == 0);
}
