using System.Runtime.InteropServices;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>Precedes the bytes of a queued message: the lengths of its parts.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct QueuedHeader
{
    /// <summary>Bytes of a head.</summary>
    public const int Size = 12;

    /// <summary>Marks the end of the used part of the ring: the next message is at the start of the ring. No subject is that long.</summary>
    public const ushort EndMark = ushort.MaxValue;

    private readonly ushort _subject;
    private readonly ushort _replyTo;
    private readonly int _headers;
    private readonly int _payload;

    private const int Overflow = int.MinValue; // a length needs all bits but the sign

    public QueuedHeader(in ServerOperation message, bool isLiteral, bool isOverflow)
    {
        _subject = isLiteral ? (ushort)0 : (ushort)message.Subject.Length;
        _replyTo = (ushort)message.ReplyTo.Length;
        _headers = message.Headers.Length | (isOverflow ? Overflow : 0);
        _payload = message.Payload.Length;
    }

    /// <summary>0: the subject of the subscription itself.</summary>
    public int Subject => _subject;

    /// <summary>0: none.</summary>
    public int ReplyTo => _replyTo;

    public int Headers => _headers & ~Overflow;

    public int Payload => _payload;

    /// <summary>Bytes of headers and payload.</summary>
    public int Content => Headers + _payload;

    /// <summary>Headers and payload wait in an array of their own.</summary>
    public bool IsOverflow => _headers < 0;

    /// <summary>Bytes of header and parts in the ring.</summary>
    public int Length => Size + _subject + _replyTo + (IsOverflow ? 0 : Content);
}
